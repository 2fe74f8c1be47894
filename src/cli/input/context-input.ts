import { decodeUtf8 } from "../../core/bytes.js";
import { assertContext, type Context } from "../../core/context.js";
import { quote } from "../../core/name.js";
import type { EnvEntry } from "../../env/entry.js";
import { CofferError } from "../../errors.js";
import { readBytes, readFileBytes } from "../../settings/read-bytes.js";
import type { Task } from "../command.js";

const MAX_FILE_BYTES = 1_048_576;

/** The pairs of `-c` (given), and those of `--contexts`, from which each secret takes what it names. */
export interface ContextInput {
  readonly given: Context;
  readonly pool: Context;
}

/** Besides these, the whole context of single paths, or of a namespace's (`NS/`). */
export interface ContextsInput extends ContextInput {
  readonly byPath: ReadonlyMap<string, Context>;
}

/** Throws `USAGE` or `INVALID`; messages hold names of pairs at most, never their values. */
export async function readContext(task: Task): Promise<ContextInput> {
  const { byPath, ...input } = await readContexts(task);
  const [path] = byPath.keys();
  if (path === undefined) return input;
  throw new CofferError("INVALID", `the context ${quote(path)} is no text`, {
    hint: "contexts of single paths are for `coffer copy`",
  });
}

/** The same for stores that do not keep which pairs a secret takes: in a JSON object, an object of pairs may stand for a path or for `NS/`. */
export async function readContexts(task: Task): Promise<ContextsInput> {
  const given = collect(
    task.flags.all("context").map((pair) => parsePair(pair, "-c", "USAGE")),
    "USAGE",
  );
  assertContext(given);
  const file = task.flags.text("contexts");
  return { given, ...(file === undefined ? { pool: {}, byPath: new Map() } : await readPool(task, file)) };
}

/** Everything that was given: for verbs over many secrets, each of which takes the pairs it names. */
export function asPool({ given, pool }: ContextInput): Context {
  return { ...pool, ...given };
}

async function readPool({ world }: Task, file: string): Promise<Omit<ContextsInput, "given">> {
  const bytes =
    file === "-"
      ? await readBytes(world.stdin.stream, "stdin", MAX_FILE_BYTES, world.signal)
      : await readFileBytes(file, MAX_FILE_BYTES, world.signal);
  const shown = file === "-" ? "stdin" : file;
  const text = decodeUtf8(bytes);
  if (text === null) throw new CofferError("INVALID", `${shown} is not UTF-8`);
  if (text.trimStart().startsWith("{")) {
    const { parseJsonGroups } = await import("../../env/json-env.js");
    const { entries, groups } = parseJsonGroups(bytes, shown);
    const byPath = new Map(Array.from(groups, ([path, pairs]) => [path, collectEntries(pairs)]));
    for (const context of byPath.values()) assertContext(context);
    return { pool: collectEntries(entries), byPath };
  }
  const lines = text.split(/\r?\n/).map((line, index) => ({ line, place: `${shown}:${index + 1}` }));
  const pairs = lines.filter(({ line }) => line !== "" && !line.startsWith("#"));
  const pool = collect(
    pairs.map(({ line, place }) => parsePair(line, place, "INVALID")),
    "INVALID",
  );
  return { pool, byPath: new Map() };
}

function collectEntries(entries: readonly EnvEntry[]): Context {
  return collect(
    entries.map(({ name, value }) => [name, decodeUtf8(value.reveal()) ?? ""] as const),
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
