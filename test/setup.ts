import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const STAMP = join(ROOT, "node_modules/.cache/coffer/build.sha256");
const SETTINGS = ["package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json", "tsdown.config.ts"];
const OUTPUTS = ["dist/cli/coffer.cjs", "dist/index.js", "dist/index.d.ts", "dist/env.js", "dist/testing/index.js"];

/** Builds what the process-level tests run, unless that very source was built before. Throws when the build fails. */
export default function buildOnce(): void {
  const digest = digestOfSources();
  if (isBuilt(digest)) return;
  // Nothing is removed first: a command that another test run has started may still load its chunks.
  const args = ["node_modules/tsdown/dist/run.mjs", "--no-clean", "--logLevel", "warn"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(`the build failed (exit ${status})\n${stdout}${stderr}`);
  mkdirSync(join(STAMP, ".."), { recursive: true });
  writeFileSync(STAMP, digest);
}

function isBuilt(digest: string): boolean {
  return (
    existsSync(STAMP) && readFileSync(STAMP, "utf8") === digest && OUTPUTS.every((path) => existsSync(join(ROOT, path)))
  );
}

function digestOfSources(): string {
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(ts|tsx|json|css|html)$/.test(path) && !path.endsWith(".test.ts"))
    .map((path) => join("src", path))
    .sort();
  const hash = createHash("sha256");
  for (const path of [...SETTINGS, ...sources])
    hash
      .update(path)
      .update("\0")
      .update(readFileSync(join(ROOT, path)))
      .update("\0");
  return hash.digest("hex");
}
