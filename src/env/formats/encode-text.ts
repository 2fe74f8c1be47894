import { decodeUtf8 } from "../../core/bytes.js";
import { quote } from "../../core/name.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { assertDistinct, type EnvEntry } from "../entry.js";

/** What to look for, and what a message says of it after `cannot write "NAME" as …: `. */
export type Refusal = readonly [found: RegExp | ((text: string) => boolean), why: string];

/** A format in which every value is text and every entry is written for itself. */
export interface TextFormat {
  /** As it stands in a message: `cannot write "NAME" as TITLE`. */
  readonly title: string;
  /** What the consumer cannot carry in a name, and in a value; the first that is found is told. */
  readonly names: readonly Refusal[];
  readonly values: readonly Refusal[];
  readonly write: (name: string, value: string) => string;
}

/** For `names`: what shells and programs take as a variable. */
export const IDENTIFIERS: Refusal = [
  (name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name),
  "no variable can have this name; --map or --upper gives it another",
];

/** For `names`: where readers also take `.` and `-`, but not first. */
export const DOTTED_NAMES: Refusal = [(name) => !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name), "it cannot carry this name"];

export const NUL: Refusal = [/\0/, "its value holds a NUL byte"];
export const LINE_END: Refusal = [/[\r\n]/, "its value has more than one line"];

/** The entries, one after the other as they come. Throws as `Format.encode` says. */
export function encodeText(entries: readonly EnvEntry[], format: TextFormat): Sensitive {
  return Sensitive.fromText(encodeEntries(entries, format).join(""));
}

/** The same, each entry for itself. */
export function encodeEntries(entries: readonly EnvEntry[], { title, names, values, write }: TextFormat): string[] {
  assertDistinct(entries);
  return entries.map(({ name, value }) => {
    const text = decodeUtf8(value.reveal());
    if (text === null) throw cannotWrite(name, title, "its value is not UTF-8");
    const why = findRefusal(names, name) ?? findRefusal(values, text);
    if (why !== null) throw cannotWrite(name, title, why);
    return write(name, text);
  });
}

/** Where a system does not tell the cases of names apart: throws `UNSUPPORTED` for two that differ in nothing else. */
export function assertDistinctFolded(entries: readonly EnvEntry[], title: string): void {
  assertDistinct(entries);
  const seen = new Set<string>();
  for (const { name } of entries) {
    const folded = name.toUpperCase();
    if (seen.has(folded)) throw cannotWrite(name, title, "on Windows another name here is the same");
    seen.add(folded);
  }
}

export function cannotWrite(name: string, title: string, why: string): CofferError {
  return new CofferError("UNSUPPORTED", `cannot write ${quote(name)} as ${title}: ${why}`, {
    hint: "JSON carries every name and every text; leave the others out by choosing names",
  });
}

function findRefusal(refusals: readonly Refusal[], text: string): string | null {
  const refusal = refusals.find(([found]) => (found instanceof RegExp ? found.test(text) : found(text)));
  return refusal === undefined ? null : refusal[1];
}
