import { CofferError, isCofferError } from "../../errors.js";
import { decodeBase64url, utf8Length } from "../bytes.js";
import { isWellFormed } from "../name.js";

/**
 * A small language for documents with one spelling (docs/FORMAT.md section 4): a shape reads a parsed JSON value, checks it, and gives it
 * back with exactly the fields it knows, in their order. Writing that again and comparing bytes refuses everything else.
 *
 * A shape throws `INTEGRITY` naming the place; never what stood there.
 */
export type Shape<T> = (value: unknown, place: string) => T;

/** What a shape gives. */
export type Of<S> = S extends Shape<infer T> ? T : never;

type Fields = Record<string, Shape<unknown> | Optional<unknown>>;

interface Optional<T> {
  readonly optional: Shape<T>;
}

type Shaped<F extends Fields> = {
  readonly [K in keyof F as F[K] extends Shape<unknown> ? K : never]: F[K] extends Shape<infer T> ? T : never;
} & {
  readonly [K in keyof F as F[K] extends Optional<unknown> ? K : never]?: F[K] extends Optional<infer T> ? T : never;
};

/** A field that is left out when it does not apply. */
export function optional<T>(shape: Shape<T>): Optional<T> {
  return { optional: shape };
}

/** An object with these fields, in this order. */
export function object<F extends Fields>(fields: F): Shape<Shaped<F>> {
  const entries = Object.entries(fields).map(([field, rule]) => ({
    field,
    within: `.${field}`,
    shape: typeof rule === "function" ? rule : rule.optional,
    needed: typeof rule === "function",
  }));
  return (value, place) => {
    const source = asRecord(value, place);
    const shaped: Record<string, unknown> = {};
    try {
      for (const { field, within, shape, needed } of entries) {
        if (needed || Object.hasOwn(source, field)) shaped[field] = shape(source[field], within);
      }
    } catch (error) {
      throw misshapenWithin(place, error);
    }
    // The type is computed from the very fields that were just read.
    return shaped as Shaped<F>;
  };
}

/** An array of at least `least` and at most `most` elements. */
export function array<T>(element: Shape<T>, least: number, most: number): Shape<T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw misshapen(place, "is no list");
    if (value.length < least || value.length > most) throw misshapen(place, `has ${value.length} elements`);
    const shaped: T[] = [];
    try {
      for (const item of value) shaped.push(element(item, ""));
    } catch (error) {
      throw misshapenWithin(`${place}[${shaped.length}]`, error);
    }
    return shaped;
  };
}

/** One of these words. */
export function word<const W extends string | number | boolean>(...words: readonly W[]): Shape<W> {
  return (value, place) => {
    const found = words.find((candidate) => candidate === value);
    if (found === undefined) throw misshapen(place, "is none of the words that may stand there");
    return found;
  };
}

/** A whole number from `least` to 2⁵³−1. */
export function whole(least: number): Shape<number> {
  return (value, place) => {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || Object.is(value, -0)) {
      throw misshapen(place, `is no whole number from ${least} on`);
    }
    return value;
  };
}

/** Well-formed text of at least `least` and at most `most` bytes of UTF-8. */
export function text(least: number, most: number): Shape<string> {
  return (value, place) => {
    if (typeof value !== "string" || !isWellFormed(value)) throw misshapen(place, "is no text");
    const length = utf8Length(value);
    if (length < least || length > most) throw misshapen(place, `has ${length} bytes`);
    return value;
  };
}

/** Text in which a rule finds no fault. */
export function ruled(findFault: (text: string) => string | null): Shape<string> {
  return (value, place) => {
    if (typeof value !== "string") throw misshapen(place, "is no text");
    const fault = findFault(value);
    if (fault !== null) throw misshapen(place, fault);
    return value;
  };
}

/** Text of this form. */
export function matching(pattern: RegExp): Shape<string> {
  return ruled((candidate) => (pattern.test(candidate) ? null : "has not the form it must have"));
}

/** base64url of at least `least` and at most `most` bytes; stays text. */
export function base64url(least: number, most: number): Shape<string> {
  return ruled((candidate) => {
    const bytes = decodeBase64url(candidate);
    if (bytes === null) return "is no base64url";
    return bytes.byteLength < least || bytes.byteLength > most ? `stands for ${bytes.byteLength} bytes` : null;
  });
}

/** RFC 3339 in UTC with milliseconds, a real date of the years 1 to 9999. */
export const time: Shape<string> = ruled((candidate) => (isTime(candidate) ? null : "is no time"));

/** The value or null. */
export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, place) => (value === null ? null : shape(value, place));
}

/** The failure of a document that is not what it must be. */
export function misshapen(place: string, fault: string): CofferError {
  return new CofferError("INTEGRITY", `${place} ${fault}`);
}

// A day up to the 28th is there in every month of every year; for the others the calendar is asked, which takes ten times as long.
const TIME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8]|(29|30|31))T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** A place is put together on the way out of a failure: a head has thousands of fields, and their places would cost as much as their shapes. */
function misshapenWithin(place: string, error: unknown): unknown {
  return isCofferError(error, "INTEGRITY") ? new CofferError(error.code, `${place}${error.message}`) : error;
}

export function isTime(candidate: string): boolean {
  const match = TIME.exec(candidate);
  if (match === null || candidate.startsWith("0000")) return false;
  if (match[1] === undefined) return true;
  const date = new Date(candidate);
  return !Number.isNaN(date.getTime()) && date.toISOString() === candidate;
}

function asRecord(value: unknown, place: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw misshapen(place, "is no object");
  // Any object may be read by its field names.
  return value as Record<string, unknown>;
}
