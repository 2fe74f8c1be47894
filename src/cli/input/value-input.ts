import { decodeUtf8 } from "../../core/bytes.js";
import type { ValueType } from "../../core/secret-store.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { readBytes, readFileBytes } from "../../settings/read-bytes.js";
import type { Task } from "../command.js";
import { say } from "../output/render.js";

/** docs/FORMAT.md section 2. */
export const MAX_VALUE_BYTES = 16_777_216;
const LF = 0x0a;

/**
 * The value that the command line means: an argument, `@FILE`, `@@text` for a text that begins with `@`, `-` for stdin; without one,
 * stdin if it is a pipe or file, else a person at a terminal. Throws `USAGE` where none of these gives one, `INVALID` for one over 16 MiB.
 */
export async function readValue(task: Task, typed: string | undefined, prompt: string): Promise<Sensitive> {
  const { world, flags } = task;
  if (typed === undefined && world.stdin.kind === "terminal") return withoutEnd(task, await askFor(task, prompt));
  if (typed === undefined && world.stdin.kind === "none") throw noValue("no value is given");
  if (typed === undefined || typed === "-") {
    const value = withoutEnd(task, await readBytes(world.stdin.stream, "the value", MAX_VALUE_BYTES, world.signal));
    if (value.byteLength > 0 || flags.has("allow-empty")) return value;
    throw new CofferError("USAGE", "stdin is empty", { hint: "--allow-empty stores an empty value" });
  }
  if (/^@[^@]/s.test(typed)) {
    return withoutEnd(task, await readFileBytes(typed.slice(1), MAX_VALUE_BYTES, world.signal));
  }
  return withoutEnd(task, await takeArgument(task, typed.startsWith("@@") ? typed.slice(1) : typed));
}

/** Text is what is UTF-8 without NUL; all else, and what is said to be, is binary. */
export function typeOfValue(value: Sensitive, options: { binary: boolean }): ValueType {
  const bytes = value.reveal();
  return options.binary || bytes.includes(0) || decodeUtf8(bytes) === null ? "binary" : "text";
}

async function askFor(task: Task, prompt: string): Promise<Uint8Array> {
  if (task.flags.has("no-input")) throw noValue("no value is given, and --no-input forbids to ask");
  const { promptTwice } = await import("./hidden-prompt.js");
  const bytes = Buffer.from(await promptTwice(task.world, prompt), "utf8");
  if (bytes.byteLength > 0 || task.flags.has("allow-empty")) return bytes;
  throw new CofferError("USAGE", "no value was entered", { hint: "--allow-empty stores an empty value" });
}

async function takeArgument(task: Task, text: string): Promise<Uint8Array> {
  // What was no UTF-8 has arrived as U+FFFD: what was meant is lost.
  if (text.includes("\ufffd")) {
    throw new CofferError("USAGE", "the value is not UTF-8 (or holds U+FFFD), which no argument can carry", {
      hint: "hand it over through stdin or as @FILE",
    });
  }
  if (task.world.stderr.isTerminal) {
    await say(
      task,
      "a value on the command line stays in the shell's history and can be seen by others; leave it out to be asked",
    );
  }
  return Buffer.from(text, "utf8");
}

function withoutEnd({ flags }: Task, bytes: Uint8Array): Sensitive {
  const drops = flags.has("chomp") && bytes.at(-1) === LF;
  return Sensitive.from(drops ? bytes.subarray(0, -1) : bytes);
}

function noValue(message: string): CofferError {
  return new CofferError("USAGE", message, { hint: "pipe it in, or give @FILE" });
}
