// Everything but the tests that a change must pass, none of which needs the network. All steps run, so that one
// look shows all that is wrong; the last lines say which failed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

const tarballs = mkdtempSync(join(tmpdir(), "coffer-check-"));
const sources = ["src", "test", "scripts"].filter((folder) => existsSync(folder));

const tarball = () => join(tarballs, readdirSync(tarballs)[0] ?? "no-tarball");

const steps = [
  ["types", () => "tsc --noEmit"],
  ["format and lint", () => "biome ci --colors=off --error-on-warnings ."],
  ["who imports whom", () => `depcruise ${sources.join(" ")} --config .dependency-cruiser.cjs`],
  ["unused code", () => "knip"],
  ["documented interface", () => "typedoc --emit none --logLevel Warn"],
  ["build", () => "npm run --silent build"],
  ["tarball", () => `npm pack --silent --ignore-scripts --pack-destination ${tarballs}`],
  ["package", () => `publint run --strict ${tarball()}`],
  ["types as delivered", () => `attw --profile esm-only --no-summary --no-emoji ${tarball()}`],
];

const failed = steps.filter(([name, command]) => !passes(name, command()));
rmSync(tarballs, { recursive: true, force: true });
console.log(
  failed.length === 0 ? "\ncheck: all passed" : `\ncheck: FAILED: ${failed.map(([name]) => name).join(", ")}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

function passes(name, command) {
  console.log(`\n--- ${name}: ${command}`);
  const PATH = [resolve("node_modules/.bin"), process.env.PATH].join(delimiter);
  const { status, error } = spawnSync(command, { stdio: "inherit", shell: true, env: { ...process.env, PATH } });
  if (status !== 0) console.log(`--- ${name}: FAILED (${error?.message ?? `exit ${status}`})`);
  return status === 0;
}
