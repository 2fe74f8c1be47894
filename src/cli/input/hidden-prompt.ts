import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import { CofferError } from "../../errors.js";
import type { World } from "../../world.js";

/**
 * Asks a person for a value, without showing it. Throws `INTERRUPTED` on Ctrl-C, `USAGE` where nothing was entered (Ctrl-D). The terminal is as
 * before in any case.
 */
export function promptOnce(world: World, what: string): Promise<string> {
  return withLines(world, (lines) => ask(lines, world, `${what}: `));
}

/** As `promptOnce`, but the same has to be entered again. Throws `INVALID` where the two differ. */
export function promptTwice(world: World, what: string): Promise<string> {
  return withLines(world, async (lines) => {
    const first = await ask(lines, world, `${what}: `);
    const second = await ask(lines, world, "once more: ");
    if (first === second) return first;
    throw new CofferError("INVALID", "the two entries differ", { hint: "nothing was changed; try again" });
  });
}

/** One interface for all that is asked, so that what is typed ahead is not lost between. */
async function withLines<T>(world: World, use: (lines: Interface) => Promise<T>): Promise<T> {
  const lines = createInterface({ input: world.stdin.stream, output: nowhere(), terminal: true, historySize: 0 });
  const stop = (): void => lines.close();
  world.signal.addEventListener("abort", stop, { once: true });
  try {
    return await use(lines);
  } finally {
    world.signal.removeEventListener("abort", stop);
    lines.close();
  }
}

async function ask(lines: Interface, world: World, prompt: string): Promise<string> {
  await world.stderr.write(prompt);
  try {
    return await nextLine(lines, world.signal);
  } finally {
    await world.stderr.write("\n");
  }
}

function nextLine(lines: Interface, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    lines.once("line", resolve);
    // In raw mode Ctrl-C is a key, not a signal.
    lines.once("SIGINT", () => reject(new CofferError("INTERRUPTED", "stopped at the prompt; nothing was changed")));
    lines.once("close", () => {
      const ended = new CofferError("USAGE", "no value was entered", { hint: "nothing was changed" });
      reject(signal.aborted ? signal.reason : ended);
    });
  });
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
