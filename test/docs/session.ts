import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import type { Writable } from "node:stream";
import { ROOT } from "./page.js";

const COFFER = join(ROOT, "dist/cli/coffer.cjs");
const TERMINAL = join(ROOT, "test/docs/terminal.py");
// For a machine that is very busy.
const PATIENCE_MS = 60_000;

// Commands come in over descriptor 3, so that stdin is theirs; each ends with a mark and its exit code.
const LOOP = `
exec 2>&1
umask 022
__again() { return "$1"; }
__code=0
while IFS= read -r -d '' -u 3 __command; do
  __again "$__code"
  eval "$__command" </dev/null 3<&-
  __code=$?
  printf '\\0%d\\n' "$__code"
done
`;

/** Folders of the whole machine that a page may speak of. Each page has its own. */
const PLACES = "home|srv|mnt|media|backup|usr/local|etc/coffer|etc/systemd|etc/\\w+\\.key|run/secrets|run/credentials";
const PLACE = new RegExp(`(?<![\\w.~$}/-])/(?=(?:${PLACES})(?![\\w-]))`, "g");

export interface Answer {
  /** stdout and stderr as they came, in the page's words: its own places, and its own person. */
  readonly output: string;
  readonly code: number;
}

/** Somebody called ann at a laptop of her own: one bash, from the first command of a page to the last. */
export class Session {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "coffer-docs-")));
  readonly #shell: ChildProcess;
  #heard = "";
  #wake: () => void = () => {};
  #ended = false;

  constructor() {
    for (const folder of [
      "home/ann",
      "srv",
      "mnt",
      "media/usb",
      "backup",
      "etc/coffer",
      "usr/local/bin",
      "node_modules",
    ]) {
      mkdirSync(join(this.root, folder), { recursive: true });
    }
    const coffer = join(this.root, "usr/local/bin/coffer");
    writeFileSync(coffer, `#!/bin/sh\nexec '${process.execPath}' '${COFFER}' "$@"\n`, { mode: 0o755 });
    symlinkSync(ROOT, join(this.root, "node_modules/coffer"));
    // What stands above the temporary folder must not count.
    writeFileSync(join(this.root, "package.json"), '{ "private": true }');
    this.#shell = spawn("bash", ["--noprofile", "--norc", "-c", LOOP], {
      cwd: join(this.root, "home/ann"),
      env: this.#env(),
      stdio: ["ignore", "pipe", "inherit", "pipe"],
      // A group of its own, so that whatever it leaves running can be ended with it.
      detached: true,
    });
    this.#shell.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#heard += text;
      this.#wake();
    });
    this.#shell.once("close", () => {
      this.#ended = true;
      this.#wake();
    });
    this.#shell.stdio[3]?.on("error", () => {});
  }

  /** Runs a command of the page. With `typed` it has a terminal, at which these answers are given. */
  async run(command: string, typed: readonly (readonly [prompt: string, answer: string])[] = []): Promise<Answer> {
    const real = this.toReal(command);
    const line =
      typed.length === 0 ? real : `python3 ${quote(TERMINAL)} ${quote(JSON.stringify(typed))} bash -c ${quote(real)}`;
    // The third further descriptor is a pipe to write to, as `stdio` above says.
    (this.#shell.stdio[3] as Writable).write(`${line}\0`);
    await this.#wait();
    const mark = /\0(\d+)\n$/.exec(this.#heard);
    const output = this.#heard.slice(0, mark?.index ?? this.#heard.length).replaceAll("\r\n", "\n");
    this.#heard = "";
    if (mark === null) throw new Error(`the shell ended or hangs after: ${command}\n${this.toShown(output)}`);
    return { output: this.toShown(output), code: Number(mark[1]) };
  }

  /** Writes a file as the page shows it; below the working folder of the shell if it is not absolute. */
  async write(path: string, text: string): Promise<void> {
    const cwd = (await this.run("pwd")).output.trim();
    const target = this.toReal(path.startsWith("/") ? path : `${cwd}/${path}`);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, this.toReal(text));
    if (text.startsWith("#!")) chmodSync(target, 0o755);
  }

  /** A text of the page, with its places where they really are. */
  toReal(text: string): string {
    return text.replace(PLACE, `${this.root}/`);
  }

  /** What was printed, with places and person as the page has them. */
  toShown(text: string): string {
    return text.replaceAll(this.root, "").replaceAll(`${userInfo().username}@${hostname()}`, "ann@laptop");
  }

  close(): void {
    if (this.#shell.pid !== undefined && !this.#ended) process.kill(-this.#shell.pid, "SIGKILL");
    rmSync(this.root, { recursive: true, force: true });
  }

  #env(): Record<string, string> {
    return {
      HOME: join(this.root, "home/ann"),
      PATH: `${join(this.root, "usr/local/bin")}:${dirname(process.execPath)}:${process.env.PATH ?? ""}`,
      LANG: "C.UTF-8",
      // For scenes that pack the package.
      SOURCES: ROOT,
      TERM: "dumb",
      npm_config_prefix: join(this.root, "usr/local"),
      npm_config_offline: "true",
      npm_config_update_notifier: "false",
      npm_config_audit: "false",
      npm_config_fund: "false",
    };
  }

  async #wait(): Promise<void> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#wake();
    }, PATIENCE_MS);
    while (!/\0\d+\n$/.test(this.#heard) && !this.#ended && !late) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    clearTimeout(timer);
  }
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
