import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import { CofferError } from "../errors.js";
import type { World } from "./world.js";

/**
 * Asks a person for a value, twice, without showing it. Throws `INTERRUPTED` on Ctrl-C, `USAGE` where nothing was entered (Ctrl-D),
 * `INVALID` where the two differ. The terminal is as before in any case.
 */
export async function promptTwice(world: World, what: string): Promise<string> {
  // One interface for both, so that what is typed ahead is not lost between them.
  const lines = createInterface({ input: world.stdin.stream, output: nowhere(), terminal: true, historySize: 0 });
  const stop = (): void => lines.close();
  world.signal.addEventListener("abort", stop, { once: true });
  try {
    const first = await ask(lines, world, `${what}: `);
    const second = await ask(lines, world, "once more: ");
    if (first !== second)
      throw new CofferError("INVALID", "the two entries differ", { hint: "nothing was changed; try again" });
    return first;
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
