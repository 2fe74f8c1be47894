import { openSync } from "node:fs";
import { printable } from "../../core/printable.js";
import type { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { findPassphrase, noPassphrase } from "../../settings/passphrase.js";
import type { World } from "../../world.js";
import type { Task } from "../command.js";

/**
 * The passphrase, from a variable or the file that one names, or from a person: at the terminal itself where stdin is data. A new one is
 * asked for twice. Throws `USAGE` where there is none of these, or it is empty.
 */
export async function askPassphrase({ world, flags }: Task, { isNew }: { isNew: boolean }): Promise<Sensitive> {
  return findPassphrase(world, async () => {
    if (flags.has("no-input")) throw noPassphrase("--no-input forbids to ask");
    return askPerson(world, isNew);
  });
}

/** A value that is not shown, from a person at the terminal. Throws `USAGE` where there is nobody to ask. */
export async function askHidden(task: Task, prompt: string): Promise<string> {
  return askAtTerminal(task, prompt, (why) => new CofferError("USAGE", `a value is to be typed in: ${why}`));
}

/** The code that an MFA device shows, from a person at the terminal. Throws `USAGE` where there is nobody to ask. */
export async function askMfaCode(task: Task, serial: string): Promise<string> {
  return askAtTerminal(task, `MFA code of ${printable(serial)}`, noMfaCode);
}

async function askAtTerminal(
  { world: around, flags }: Task,
  prompt: string,
  refusal: (why: string) => CofferError,
): Promise<string> {
  if (flags.has("no-input")) throw refusal("--no-input forbids to ask");
  const { promptOnce } = await import("./hidden-prompt.js");
  const { world, leave } = atTerminal(around, refusal);
  try {
    return await promptOnce(world, prompt);
  } finally {
    leave();
  }
}

function noMfaCode(why: string): CofferError {
  return new CofferError("USAGE", `the AWS profile wants the code of an MFA device: ${why}`, {
    hint: "run it at a terminal, or use credentials that were got with the code before",
  });
}

async function askPerson(around: World, isNew: boolean): Promise<Uint8Array> {
  // Loaded where there is somebody to ask.
  const { promptOnce, promptTwice } = await import("./hidden-prompt.js");
  const { world, leave } = atTerminal(around, noPassphrase);
  try {
    const typed = isNew ? await promptTwice(world, "new passphrase") : await promptOnce(world, "passphrase");
    return Buffer.from(typed.normalize("NFC"), "utf8");
  } finally {
    leave();
  }
}

/** The world with stdin at the person's terminal, opened by its own name where stdin is something else. */
export function atTerminal(world: World, refusal: (why: string) => CofferError): { world: World; leave: () => void } {
  if (world.stdin.kind === "terminal") return { world, leave: () => {} };
  const name = world.platform === "win32" ? "\\\\.\\CONIN$" : "/dev/tty";
  try {
    const { ReadStream } = process.getBuiltinModule("node:tty");
    const stream = new ReadStream(openSync(name, "r"));
    return { world: { ...world, stdin: { kind: "terminal", stream } }, leave: () => stream.destroy() };
  } catch {
    throw refusal("there is no terminal to ask at");
  }
}
