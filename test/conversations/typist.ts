import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import type { Desk } from "./desk.js";

const RELAY = "import pty, sys; pty.spawn(sys.argv[1:])";
// For a machine that is very busy.
const PATIENCE_MS = 20_000;
const PROMPT = "typist> ";
// At its prompt `coffer` shows what it is called with; completion itself calls the program behind it.
const SHOW = `printf 'BEGIN'; printf '<%s>' "$@"; echo END`;

/** How each shell is started at a terminal, with nobody's settings, and with its completion switched on as help says. */
const STARTS: Readonly<Record<string, (desk: Desk) => readonly string[]>> = {
  bash: (desk) => {
    const rc = `PS1='${PROMPT}'; eval "$(coffer completion bash)"; coffer() { ${SHOW}; }`;
    return ["bash", "--noprofile", "--rcfile", desk.file("bashrc", rc), "-i"];
  },
  zsh: (desk) => {
    const rc = `PS1='${PROMPT}'; autoload -Uz compinit && compinit -D -u; source <(coffer completion zsh); coffer() { ${SHOW} }`;
    desk.file(".zshrc", rc);
    return ["zsh", "--no-globalrcs", "-i"];
  },
  fish: (desk) => {
    const show = SHOW.replace('"$@"', "$argv");
    const rc = `coffer completion fish | source; function coffer; ${show}; end; function fish_prompt; printf '${PROMPT}'; end`;
    return ["fish", "--no-config", "-i", "-C", `source ${desk.file("rc.fish", rc)}`];
  },
};

export type TypistShell = "bash" | "zsh" | "fish";

/** False, and one loud line, for a shell that is not on this machine. Bash always is: its tests run everywhere. */
export function isThere(shell: TypistShell): boolean {
  if (shell === "bash" || spawnSync(shell, ["-c", "true"]).status === 0) return true;
  process.stderr.write(`\n*** SKIPPED: completion in ${shell}, which is not installed ***\n\n`);
  return false;
}

/** Somebody at a real terminal. */
export class Typist {
  readonly #child: ChildProcessWithoutNullStreams;
  #output = "";
  #heard: (() => void) | undefined;

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stdout.on("data", (chunk: Buffer) => {
      // Text beyond ASCII may come in halves; latin1 keeps them until all are there.
      this.#output += chunk.toString("latin1");
      this.#heard?.();
    });
    child.once("close", () => this.#heard?.());
  }

  static async start(shell: TypistShell, desk: Desk): Promise<Typist> {
    const command = STARTS[shell]?.(desk) ?? [];
    // A history that is written at the end would come after the home is gone.
    const env = desk.env({
      HISTFILE: "",
      fish_history: "",
      TERM: "xterm",
      LANG: "C.UTF-8",
      PATH: `${desk.home}/bin:${process.env.PATH}`,
    });
    const typist = new Typist(spawn("python3", ["-c", RELAY, ...command], { cwd: desk.home, env, stdio: "pipe" }));
    await typist.#wait(PROMPT);
    return typist;
  }

  /** Types the line, Tab and Enter, and gives the arguments that `coffer` was called with. */
  async complete(line: string): Promise<string[]> {
    this.#output = "";
    this.#child.stdin.write(`${line}\t\r`);
    await this.#wait(">END");
    const shown = Buffer.from(this.#output, "latin1").toString("utf8");
    const called = /.*BEGIN<(.*)>END/s.exec(shown)?.[1] ?? "";
    return called.split("><");
  }

  /** Types the line and Tab, takes it all back, and types another. */
  async abandon(line: string, other: string): Promise<string[]> {
    this.#child.stdin.write(`${line}\t\u0015`);
    return this.complete(other);
  }

  leave(): void {
    this.#child.kill("SIGKILL");
  }

  async #wait(text: string): Promise<void> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#heard?.();
    }, PATIENCE_MS);
    while (!this.#output.includes(text) && !late && this.#child.exitCode === null) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    clearTimeout(timer);
    if (this.#output.includes(text)) return;
    // An unfinished line must not spoil the next.
    this.#child.stdin.write("\u0003");
    throw new Error(`waited for ${text}, saw ${JSON.stringify(this.#output)}`);
  }
}
