import { isWellFormed, quote } from "../../core/name.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { decodeFile } from "../decode-file.js";
import type { EnvEntry } from "../entry.js";

/** Goes through a text from left to right, and collects the entries that are found there. Messages name a place, and at most a name. */
export class TextReader {
  readonly text: string;
  at = 0;
  readonly entries: EnvEntry[] = [];
  readonly #file: string;
  readonly #places = new Map<string, number>();

  /** Throws `INVALID` for bytes that are not UTF-8. `prepare` may change the text, but no line's number. */
  constructor(bytes: Uint8Array, file: string, prepare: (text: string) => string = (text) => text) {
    this.text = prepare(decodeFile(bytes, file));
    this.#file = file;
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  /** Goes past what a sticky pattern matches here; null, and no step, where it does not. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match !== null) this.at += match[0].length;
    return match;
  }

  /**
   * Goes past the quoted text that begins here, and gives what stands between the quotes, as it stands there. `kept`: what keeps a quote from
   * closing, a backslash before any character or before the quote alone, or the quote twice. Null, and no step, where it never closes.
   */
  takeQuoted(kept: "any" | "quote" | "doubled" | "none"): string | null {
    const quote = this.text.charAt(this.at);
    const marks = kept === "any" || kept === "quote" ? new RegExp(`[\\\\${quote}]`, "g") : new RegExp(quote, "g");
    // A loop and no pattern: those with alternatives fail on texts of some megabytes.
    for (let from = this.at + 1; ; ) {
      marks.lastIndex = from;
      const mark = marks.exec(this.text);
      if (mark === null) return null;
      const next = this.text.charAt(mark.index + 1);
      if (mark[0] === quote && !(kept === "doubled" && next === quote)) {
        const inner = this.text.slice(this.at + 1, mark.index);
        this.at = mark.index + 1;
        return inner;
      }
      from = mark.index + (kept === "quote" && next !== quote ? 1 : 2);
    }
  }

  /** Takes an entry whose name stands at `start`. Throws `INVALID` for a name that was there before, and for half a surrogate pair. */
  add(name: string, value: string, start: number): void {
    const earlier = this.#places.get(name);
    if (earlier !== undefined) {
      throw this.fault(`${quote(name)} is given twice, first on line ${this.#place(earlier).line}`, start);
    }
    if (!isWellFormed(value)) throw this.fault(`the value of ${quote(name)} holds half a surrogate pair`, start);
    this.#places.set(name, start);
    this.entries.push({ name, value: Sensitive.fromText(value) });
  }

  /** The `INVALID` to throw: `FILE:LINE:COLUMN: what`, both from 1, the column in characters. */
  fault(what: string, at = this.at, hint?: string): CofferError {
    const { line, column } = this.#place(at);
    return new CofferError("INVALID", `${this.#file}:${line}:${column}: ${what}`, hint === undefined ? {} : { hint });
  }

  #place(at: number): { line: number; column: number } {
    const lines = this.text.slice(0, at).split("\n");
    return { line: lines.length, column: 1 + [...(lines.at(-1) ?? "")].length };
  }
}

/** Every escape sequence of a text replaced by what it stands for; `meaning` gives null for one that there is not. */
export function replaceEscapes(
  text: string,
  escapes: RegExp,
  meaning: (sequence: string) => string | null,
): { value: string } | { badAt: number } {
  let badAt = -1;
  const value = text.replace(escapes, (sequence: string, ...rest: unknown[]) => {
    const found = meaning(sequence);
    // The offset stands behind the groups, of which there are none.
    if (found === null && badAt === -1) badAt = Number(rest[0]);
    return found ?? "";
  });
  return badAt === -1 ? { value } : { badAt };
}
