import { createInterface } from "node:readline";
import { CofferError } from "../../errors.js";
import type { World } from "../../world.js";
import type { Task } from "../command.js";
import { atTerminal } from "./passphrase-input.js";

/**
 * Asks the person at the terminal whether to go on; anything but `y` or `yes` is no. Resolves at once with `--yes`, with `--no-input`, and where
 * there is no terminal. Throws `INTERRUPTED` for no.
 */
export async function confirm(task: Task, question: string): Promise<void> {
  if (task.flags.has("yes")) return;
  const terminal = findPerson(task);
  if (terminal !== null) await ask(terminal, question);
}

/** As `confirm`, for what nobody should do unasked (`why`): where nobody can be asked it takes `--yes`. Throws `USAGE` without it. */
export async function requireConsent(task: Task, question: string, why = "this cannot be undone"): Promise<void> {
  if (task.flags.has("yes")) return;
  const terminal = findPerson(task);
  if (terminal !== null) return ask(terminal, question);
  throw new CofferError("USAGE", `${why}, and there is nobody to ask`, {
    hint: "look at it with --dry-run; then say -y",
  });
}

type Terminal = ReturnType<typeof atTerminal>;

async function ask({ world, leave }: Terminal, question: string): Promise<void> {
  try {
    await world.stderr.write(`coffer: ${question} [y/N] `);
    if (/^y(es)?$/i.test((await readLine(world)).trim())) return;
  } finally {
    leave();
  }
  throw new CofferError("INTERRUPTED", "stopped; nothing was changed");
}

/** Who sits at the terminal and may be asked, or null. */
function findPerson({ world, flags }: Task): Terminal | null {
  return flags.has("no-input") || !world.stderr.isTerminal ? null : findTerminal(world);
}

function findTerminal(world: World): Terminal | null {
  try {
    return atTerminal(world, (why) => new CofferError("USAGE", why));
  } catch {
    return null;
  }
}

/** What is typed, up to the Enter key; nothing where the terminal is closed. The terminal shows it by itself. */
function readLine(world: World): Promise<string> {
  const lines = createInterface({ input: world.stdin.stream, terminal: false });
  const { signal } = world;
  const stop = (): void => lines.close();
  signal.addEventListener("abort", stop, { once: true });
  return new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    lines.once("close", () => (signal.aborted ? reject(signal.reason) : resolve("")));
  }).finally(() => {
    signal.removeEventListener("abort", stop);
    lines.close();
  });
}
