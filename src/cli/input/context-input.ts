import { decodeUtf8 } from "../../core/bytes.js";
import { assertContext, type Context } from "../../core/context.js";
import { CofferError } from "../../errors.js";
import { readBytes, readFileBytes } from "../../settings/read-bytes.js";
import type { Task } from "../command.js";

const MAX_FILE_BYTES = 1_048_576;

/** The pairs of `-c` (given), and those of `--contexts`, from which each secret takes what it names. */
export interface ContextInput {
  readonly given: Context;
  readonly pool: Context;
}

/** Throws `USAGE` or `INVALID`; messages hold names of pairs at most, never their values. */
export async function readContext(task: Task): Promise<ContextInput> {
  const given = collect(
    task.flags.all("context").map((pair) => parsePair(pair, "-c", "USAGE")),
    "USAGE",
  );
  assertContext(given);
  const file = task.flags.text("contexts");
  return { given, pool: file === undefined ? {} : await readPool(task, file) };
}

/** Everything that was given: for verbs over many secrets, each of which takes the pairs it names. */
export function asPool({ given, pool }: ContextInput): Context {
  return { ...pool, ...given };
}

async function readPool({ world }: Task, file: string): Promise<Context> {
  const bytes =
    file === "-"
      ? await readBytes(world.stdin.stream, "stdin", MAX_FILE_BYTES, world.signal)
      : await readFileBytes(file, MAX_FILE_BYTES, world.signal);
  const shown = file === "-" ? "stdin" : file;
  const text = decodeUtf8(bytes);
  if (text === null) throw new CofferError("INVALID", `${shown} is not UTF-8`);
  if (text.trimStart().startsWith("{")) {
    const { parseJsonEnv } = await import("../../env/json-env.js");
    const entries = parseJsonEnv(bytes, shown);
    return collect(
      entries.map(({ name, value }) => [name, decodeUtf8(value.reveal()) ?? ""] as const),
      "INVALID",
    );
  }
  const lines = text.split(/\r?\n/).map((line, index) => ({ line, place: `${shown}:${index + 1}` }));
  const pairs = lines.filter(({ line }) => line !== "" && !line.startsWith("#"));
  return collect(
    pairs.map(({ line, place }) => parsePair(line, place, "INVALID")),
    "INVALID",
  );
}

function parsePair(pair: string, place: string, code: "USAGE" | "INVALID"): readonly [string, string] {
  const equals = pair.indexOf("=");
  if (equals > 0) return [pair.slice(0, equals), pair.slice(equals + 1)];
  throw new CofferError(code, `${place}: a context pair is KEY=VALUE`);
}

function collect(pairs: readonly (readonly [string, string])[], code: "USAGE" | "INVALID"): Context {
  const seen = new Map(pairs);
  if (seen.size < pairs.length) throw new CofferError(code, "a context key is given twice");
  return Object.fromEntries(seen);
}
