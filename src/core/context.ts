import { CofferError } from "../errors.js";
import { compareText, utf8Length } from "./bytes.js";
import { isWellFormed, quote } from "./name.js";

/** Pairs that must be given again, exactly, to read (KMS calls it encryption context). */
export type Context = Readonly<Record<string, string>>;

const NO_CONTEXT: Context = Object.freeze({});

export const MAX_CONTEXT_PAIRS = 16;
const MAX_KEY_BYTES = 128;
const MAX_VALUE_BYTES = 1024;

/** The keys of a context in byte order: the one order in which they are listed, stored and sealed. */
export function contextNames(context: Context): string[] {
  const names = Object.keys(context);
  return names.length > 1 ? names.sort(compareText) : names;
}

/** Keys and values in turn, in byte order of the keys. */
export function contextParts(context: Context): string[] {
  return contextNames(context).flatMap((name) => [name, context[name] ?? ""]);
}

/** What is wrong with the name of a context pair, or null. */
export function findContextNameFault(name: string): string | null {
  if (name === "") return "is empty";
  if (!isWellFormed(name) || /[\u0000-\u001f\u007f-\u009f]/.test(name)) return "has a control character";
  if (utf8Length(name) > MAX_KEY_BYTES) return `is longer than ${MAX_KEY_BYTES} bytes`;
  if (/^(coffer|aws):/i.test(name)) return "begins with coffer: or aws:, which are reserved";
  return null;
}

/** Throws `USAGE` for a context that cannot be used. */
export function assertContext(context: Context): void {
  const names = contextNames(context);
  if (names.length > MAX_CONTEXT_PAIRS) {
    throw new CofferError("USAGE", `a context of ${names.length} pairs is more than ${MAX_CONTEXT_PAIRS}`);
  }
  for (const name of names) {
    const fault = findContextNameFault(name) ?? findValueFault(context[name] ?? "");
    if (fault !== null) throw new CofferError("USAGE", `the context ${quote(name)} ${fault}`);
  }
}

/** The pairs of a pool that are named; null where one is not there. */
export function pickContext(pool: Context, names: readonly string[]): Context | null {
  if (names.length === 0) return NO_CONTEXT;
  if (!names.every((name) => Object.hasOwn(pool, name))) return null;
  return Object.fromEntries(names.map((name) => [name, pool[name] ?? ""]));
}

function findValueFault(value: string): string | null {
  if (!isWellFormed(value)) return "has a value that is not well-formed Unicode";
  if (utf8Length(value) > MAX_VALUE_BYTES) return `has a value longer than ${MAX_VALUE_BYTES} bytes`;
  return null;
}
