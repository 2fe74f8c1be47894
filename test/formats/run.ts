import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAX_OUTPUT = 2 ** 26;

export interface Files {
  readonly [name: string]: Uint8Array | string;
}

/** Runs a program in a new folder that holds these files; gives its stdout. Throws when it fails, with its stderr. */
export function runIn(
  files: Files,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "coffer-formats-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const options = {
    cwd: folder,
    encoding: "buffer" as const,
    maxBuffer: MAX_OUTPUT,
    env: { PATH: process.env.PATH ?? "", LANG: "C.UTF-8", HOME: folder, ...env },
  };
  return new Promise((resolve, reject) => {
    const child = execFile(command, [...args], options, (error, stdout, stderr) => {
      rmSync(folder, { recursive: true, force: true });
      if (error === null) resolve(stdout);
      else reject(new Error(`${command}: ${error.code ?? error.message}\n${stderr.toString().slice(0, 2000)}`));
    });
    child.stdin?.end();
  });
}

/** What `env -0` prints, or anything else that ends every `NAME=VALUE` with a NUL. */
export function readNulls(output: Buffer): Map<string, string> {
  const items = output.toString("utf8").split("\0").slice(0, -1);
  return new Map(items.map((item) => [item.slice(0, item.indexOf("=")), item.slice(item.indexOf("=") + 1)]));
}

/** True where the program is there. Where it is not, one loud line says which proof is missing; with `CI` set and `needed` it is a failure. */
export function isThere(
  command: string,
  args: readonly string[],
  proof: string,
  { needed = true }: { needed?: boolean } = {},
): boolean {
  if (spawnSync(command, args, { stdio: "ignore" }).status === 0) return true;
  const missing = `${proof}: no ${command} that answers to ${args.join(" ")}`;
  if (process.env.CI && needed) throw new Error(missing);
  process.stderr.write(`\n*** SKIPPED: ${missing} ***\n\n`);
  return false;
}
