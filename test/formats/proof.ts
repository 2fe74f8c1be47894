import { expect } from "vitest";
import type { EnvEntry } from "../../src/env/entry.js";
import type { About, Format } from "../../src/env/formats/format.js";
import { requireFormat } from "../../src/env/formats/table.js";
import { isCofferError } from "../../src/errors.js";
import { CORPUS, entry, randomValues } from "./corpus.js";

export const ABOUT: About = { title: "prod/billing", nonce: "0123456789abcdef" };

/** What a consumer has got from the bytes: name by name, exactly. */
export type Consumer = (bytes: Uint8Array, names: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/**
 * Shows that a format keeps its promise before the program that reads it: every value of the corpus, every byte alone and between others, and
 * many random values arrive exactly as they were, but those that are refused.
 */
export async function prove(name: string, consume: Consumer): Promise<void> {
  const format = await requireFormat(name).load();
  const texts = [...Object.values(CORPUS), ...singleBytes(), ...randomValues(400)].filter((text) =>
    carries(format, text),
  );
  const entries = texts.map((text, index) => entry(`V${index}`, text));
  for (const part of parts(format, entries)) {
    const names = part.map((one) => one.name);
    const got = await consume(encode(format, part), names);
    const wrong = part.filter((one) => got.get(one.name) !== textOf(one));
    expect(wrong.map((one) => ({ wrote: textOf(one), got: got.get(one.name) }))).toEqual([]);
  }
}

/** Shows that none of these names is taken by another meaning: refused, or the value arrives. */
export async function proveNames(name: string, names: readonly string[], consume: Consumer): Promise<void> {
  const format = await requireFormat(name).load();
  const wrong: string[] = [];
  for (const variable of names) {
    const one = entry(variable, "it's 5");
    if (refuses(format, [one])) continue;
    const got = await consume(encode(format, [one]), [variable]);
    if (got.get(variable) !== "it's 5") wrong.push(variable);
  }
  expect(wrong).toEqual([]);
}

export function encode(format: Format, entries: readonly EnvEntry[]): Uint8Array {
  return format.encode(entries, ABOUT).reveal();
}

export function textOf({ value }: EnvEntry): string {
  return Buffer.from(value.reveal()).toString("utf8");
}

/** True where it is refused by its name and without its value. */
function refuses(format: Format, entries: readonly EnvEntry[]): boolean {
  try {
    format.encode(entries, ABOUT);
    return false;
  } catch (error) {
    if (!isCofferError(error, "UNSUPPORTED")) throw error;
    expect(error.message).toContain(JSON.stringify(entries[0]?.name));
    for (const one of entries)
      if (textOf(one).length > 8) expect(`${error.message}${error.hint}`).not.toContain(textOf(one));
    return true;
  }
}

/** True where a value is written; it is refused by its name and without itself otherwise. */
export function carries(format: Format, text: string): boolean {
  return !refuses(format, [entry("V0", text)]);
}

function singleBytes(): string[] {
  const bytes = Array.from({ length: 127 }, (_, index) => String.fromCharCode(index + 1));
  return bytes.flatMap((byte) => [byte, `${byte}a`, `a${byte}b`, `a${byte}`]);
}

/** Where a format limits the whole, in several documents. */
function parts(format: Format, entries: readonly EnvEntry[]): (readonly EnvEntry[])[] {
  try {
    format.encode(entries, ABOUT);
    return [entries];
  } catch {
    const middle = entries.length >> 1;
    return [...parts(format, entries.slice(0, middle)), ...parts(format, entries.slice(middle))];
  }
}
