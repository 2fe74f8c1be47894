// A tool that many know, for comparison: the same values in its encrypted .env.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./processes.mjs";

export const VERSION = "2.38.2";

/** Installs it below `folder` and encrypts `dotenv` there. Null when it cannot be had: no registry, most likely. */
export function prepareDotenvx(folder, { dotenv, env }) {
  const [program, cwd] = [join(folder, "program"), join(folder, "values")];
  mkdirSync(program, { recursive: true });
  mkdirSync(cwd);
  writeFileSync(join(program, "package.json"), '{ "private": true }');
  writeFileSync(join(cwd, ".env"), dotenv);
  const install = `npm install --no-save --ignore-scripts --no-audit --prefer-offline --silent @dotenvx/dotenvx@${VERSION}`;
  const { status } = spawnSync(install, { cwd: program, shell: true, stdio: "ignore", timeout: 20_000 });
  if (status !== 0) return null;
  const script = join(program, "node_modules/@dotenvx/dotenvx/src/cli/dotenvx.js");
  // Its service for keys is another matter: the key lies in a file, as ours does.
  const settings = { ...env, DOTENVX_NO_ARMOR: "true" };
  run([script, "encrypt"], { cwd, env: settings });
  return { script, cwd, env: settings };
}
