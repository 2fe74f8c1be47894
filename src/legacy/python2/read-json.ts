import { CofferError } from "../../errors.js";
import { Python2Dict } from "./dict.js";
import type { Python2Json } from "./json.js";

/** As deep as Python goes before its stack ends. */
const DEEPEST = 900;

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /(-?(?:0|[1-9]\d*))(\.\d+)?([eE][-+]?\d+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const UNICODE = /u([0-9a-fA-F]{4})/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const WORDS: readonly (readonly [string, Python2Json])[] = [
  ["null", null],
  ["true", true],
  ["false", false],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
];

/**
 * Reads JSON as `json.loads` of Python 2.7 does: the last of several equal names counts, whole numbers are exact, NaN and Infinity are numbers. `what` is named in the
 * `INVALID` that it throws for anything else, which repeats nothing of the text.
 */
export function readPython2Json(text: string, what: string): Python2Json {
  return new Reader(text, what).document();
}

class Reader {
  readonly #text: string;
  readonly #what: string;
  #at = 0;

  constructor(text: string, what: string) {
    this.#text = text;
    this.#what = what;
  }

  document(): Python2Json {
    const value = this.#value(0);
    this.#match(BLANKS);
    if (this.#at < this.#text.length) throw this.#invalid();
    return value;
  }

  #value(depth: number): Python2Json {
    if (depth > DEEPEST) throw this.#invalid();
    this.#match(BLANKS);
    if (this.#take('"')) return this.#string();
    if (this.#take("{")) return this.#object(depth + 1);
    if (this.#take("[")) return this.#list(depth + 1);
    const word = WORDS.find(([each]) => this.#take(each));
    return word === undefined ? this.#number() : word[1];
  }

  #object(depth: number): Python2Json {
    const dict = new Python2Dict<Python2Json>();
    this.#match(BLANKS);
    if (this.#take("}")) return dict;
    do {
      this.#match(BLANKS);
      this.#require('"');
      const name = this.#string();
      this.#match(BLANKS);
      this.#require(":");
      dict.set(name, this.#value(depth));
      this.#match(BLANKS);
    } while (this.#take(","));
    this.#require("}");
    return dict;
  }

  #list(depth: number): Python2Json {
    const list: Python2Json[] = [];
    this.#match(BLANKS);
    if (this.#take("]")) return list;
    do {
      list.push(this.#value(depth));
      this.#match(BLANKS);
    } while (this.#take(","));
    this.#require("]");
    return list;
  }

  #string(): string {
    const parts: string[] = [];
    for (;;) {
      parts.push(this.#match(PLAIN)?.[0] ?? "");
      if (this.#take('"')) return parts.join("");
      this.#require("\\");
      parts.push(this.#escaped());
    }
  }

  #escaped(): string {
    const [, digits] = this.#match(UNICODE) ?? [];
    if (digits !== undefined) return String.fromCharCode(Number.parseInt(digits, 16));
    const letter = ESCAPES[this.#text.charAt(this.#at)];
    if (letter === undefined) throw this.#invalid();
    this.#at += 1;
    return letter;
  }

  #number(): Python2Json {
    const [all, whole = "", fraction, power] = this.#match(NUMBER) ?? [];
    if (all === undefined) throw this.#invalid();
    return fraction === undefined && power === undefined ? BigInt(whole) : Number(all);
  }

  #take(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }

  #require(expected: string): void {
    if (!this.#take(expected)) throw this.#invalid();
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  #invalid(): CofferError {
    return new CofferError("INVALID", `${this.#what} is no JSON that can be read`);
  }
}
