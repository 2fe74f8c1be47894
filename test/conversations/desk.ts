import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const COFFER = fileURLToPath(new URL("../../dist/cli/coffer.cjs", import.meta.url));

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: Buffer;
}

export interface Circumstances {
  /** What is piped in; without it stdin is /dev/null. */
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A person's home in a temporary folder, and the built command run there as a process of its own. */
export class Desk {
  readonly home = mkdtempSync(join(tmpdir(), "coffer-desk-"));

  /** What a command sees of the environment, and nothing else. */
  env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { HOME: this.home, PATH: process.env.PATH ?? "", ...more };
  }

  coffer(args: readonly string[], circumstances: Circumstances = {}): Promise<Result> {
    return this.run(process.execPath, [COFFER, ...args], circumstances);
  }

  /** As `coffer`, but it must succeed; gives stdout. */
  async must(args: readonly string[], circumstances: Circumstances = {}): Promise<string> {
    const { code, stdout, stderr } = await this.coffer(args, circumstances);
    if (code !== 0) throw new Error(`coffer ${args.join(" ")}: exit ${code}\n${stderr}`);
    return stdout;
  }

  async json(args: readonly string[], circumstances: Circumstances = {}): Promise<unknown> {
    return JSON.parse(await this.must([...args, "--json"], circumstances));
  }

  /** A shell in which `coffer` is the command. */
  shell(script: string, circumstances: Circumstances = {}): Promise<Result> {
    return this.run("bash", ["-c", `coffer() { "${process.execPath}" "${COFFER}" "$@"; }\n${script}`], circumstances);
  }

  /** The same with a real terminal; `answers` are typed each after the text before it has appeared. */
  async terminal(script: string, answers: readonly (readonly [appears: string, typed: string])[]): Promise<Result> {
    const relay = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    const shell = ["bash", "-c", `coffer() { "${process.execPath}" "${COFFER}" "$@"; }\n${script}`];
    const child = spawn("python3", ["-c", relay, ...shell], { env: this.env({ TERM: "dumb" }), stdio: "pipe" });
    let seen = 0;
    let next = 0;
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      for (let answer = answers[next]; answer !== undefined; answer = answers[next]) {
        const at = output.indexOf(answer[0], seen);
        if (at === -1) break;
        seen = at + answer[0].length;
        next++;
        child.stdin.write(answer[1]);
      }
    });
    return collect(child);
  }

  run(command: string, args: readonly string[], { stdin, env = {}, cwd }: Circumstances = {}): Promise<Result> {
    const child = spawn(command, args, {
      env: this.env(env),
      cwd: cwd ?? this.home,
      stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    // A command that refuses early does not read what is piped in.
    child.stdin?.on("error", () => {});
    child.stdin?.end(stdin);
    return collect(child);
  }

  /** Writes a file in the home and gives its path. */
  file(name: string, content: string | Uint8Array, mode = 0o600): string {
    const path = join(this.home, name);
    writeFileSync(path, content, { mode });
    return path;
  }

  clear(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Ids, times, places and persons differ from run to run; what is left must not. */
export function scrub(text: string, desk: Desk): string {
  return text
    .replaceAll(desk.home, "~")
    .replace(/\bc[0-9a-f]{64}\b/g, "COMMIT")
    .replace(/\bc[0-9a-f]{12}\b/g, "COMMIT")
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z/g, "TIME")
    .replace(/(?<=id is )[A-Za-z0-9_-]{22}/g, "STORE")
    .replace(/\S+@\S+/g, "AUTHOR");
}

function collect(child: ChildProcess): Promise<Result> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      const bytes = Buffer.concat(out);
      resolve({ code, bytes, stdout: bytes.toString("utf8"), stderr: Buffer.concat(err).toString("utf8") });
    });
  });
}
