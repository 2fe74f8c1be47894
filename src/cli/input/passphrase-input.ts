import { openSync } from "node:fs";
import { ReadStream } from "node:tty";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import type { Task } from "../command.js";
import type { World } from "../world.js";
import { promptOnce, promptTwice } from "./hidden-prompt.js";
import { readFileBytes } from "./read-bytes.js";

const LF = 0x0a;
const MAX_BYTES = 4096;

/**
 * The passphrase, from `COFFER_PASSPHRASE`, from the file that `COFFER_PASSPHRASE_FILE` names (without one line end), or from a person: at the terminal itself
 * where stdin is data. A new one is asked for twice. Throws `USAGE` where there is none of these, or it is empty.
 */
export async function askPassphrase(task: Task, { isNew }: { isNew: boolean }): Promise<Sensitive> {
  const passphrase = await findPassphrase(task, isNew);
  if (passphrase.byteLength > 0) return Sensitive.from(passphrase);
  throw new CofferError("USAGE", "the passphrase is empty");
}

async function findPassphrase(task: Task, isNew: boolean): Promise<Uint8Array> {
  const { COFFER_PASSPHRASE: words, COFFER_PASSPHRASE_FILE: file } = task.world.env;
  if (words !== undefined && words !== "") return Buffer.from(words, "utf8");
  if (file !== undefined && file !== "") return withoutEnd(await readFileBytes(file, MAX_BYTES, task.world.signal));
  if (task.flags.has("no-input")) throw noPassphrase("--no-input forbids to ask");
  const { world, leave } = atTerminal(task.world);
  try {
    const typed = isNew ? await promptTwice(world, "new passphrase") : await promptOnce(world, "passphrase");
    return Buffer.from(typed.normalize("NFC"), "utf8");
  } finally {
    leave();
  }
}

/** The world with stdin at the person's terminal, opened by its own name where stdin is something else. */
function atTerminal(world: World): { world: World; leave: () => void } {
  if (world.stdin.kind === "terminal") return { world, leave: () => {} };
  const name = world.platform === "win32" ? "\\\\.\\CONIN$" : "/dev/tty";
  try {
    const stream = new ReadStream(openSync(name, "r"));
    return { world: { ...world, stdin: { kind: "terminal", stream } }, leave: () => stream.destroy() };
  } catch {
    throw noPassphrase("there is no terminal to ask at");
  }
}

function withoutEnd(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === LF ? bytes.subarray(0, -1) : bytes;
}

function noPassphrase(why: string): CofferError {
  return new CofferError("USAGE", `a passphrase is needed, and ${why}`, {
    hint: "set COFFER_PASSPHRASE_FILE to a file that holds it, or COFFER_PASSPHRASE",
  });
}
