import { CofferError } from "../../errors.js";

/**
 * A regular expression of Python's (`re`, 3.11) in JavaScript's words, for texts without line breaks to search: letters, digits, blanks and word boundaries of all
 * of Unicode, `.` for all but a line feed. Throws `INVALID` for what is none in Python, and for what JavaScript cannot say or would mean otherwise: back references,
 * looking behind, flags, comments, conditions, possessive repetition.
 * https://docs.python.org/3.11/library/re.html#regular-expression-syntax
 */
export function translatePattern(pattern: string): string {
  return new Translation(pattern).whole();
}

const WORD = "\\p{L}\\p{N}_";
const SPACE = "\\t-\\r\\u001c-\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

/** The classes that have a letter, each as one class of JavaScript's `v` mode. */
const CLASSES: Readonly<Record<string, string>> = {
  w: `[${WORD}]`,
  W: `[^${WORD}]`,
  d: "\\p{Nd}",
  D: "\\P{Nd}",
  s: `[${SPACE}]`,
  S: `[^${SPACE}]`,
};

const BEHIND = `(?<=[${WORD}])`;
const NOT_BEHIND = `(?<![${WORD}])`;
const AHEAD = `(?=[${WORD}])`;
const NOT_AHEAD = `(?![${WORD}])`;

/** What stands for a place between characters. With Python's MULTILINE, under which psc searches. */
const PLACES: Readonly<Record<string, string>> = {
  "^": "(?<![^\\n])",
  $: "(?![^\\n])",
  "\\b": `(?:${BEHIND}${NOT_AHEAD}|${NOT_BEHIND}${AHEAD})`,
  "\\B": `(?:${BEHIND}${AHEAD}|${NOT_BEHIND}${NOT_AHEAD})`,
};

const CONTROLS: Readonly<Record<string, number>> = { a: 7, t: 9, n: 10, v: 11, f: 12, r: 13 };

const REPEATS = /^(?:[*+?]|\{(\d+)\}|\{(\d*),(\d*)\})/;
const GROUPS = /^\((?:\?(?::|=|!|P<([A-Za-z_][A-Za-z0-9_]*)>))?/;

class Translation {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  whole(): string {
    const written = this.#alternatives();
    if (this.#at < this.#pattern.length) throw none("a ) too many");
    return written;
  }

  #alternatives(): string {
    let written = "";
    while (this.#at < this.#pattern.length && !this.#is(")")) written += this.#take("|") ? "|" : this.#repeated();
    return written;
  }

  #repeated(): string {
    const before = this.#at;
    if (REPEATS.test(this.#rest)) throw none("a repetition of nothing");
    const written = this.#one();
    const repeat = REPEATS.exec(this.#rest);
    if (repeat === null) return written;
    // Looking ahead, and places, several times over mean nothing to JavaScript.
    if (written.startsWith("(?=") || written.startsWith("(?!") || this.#isPlace(before))
      throw other("a repeated place");
    this.#at += repeat[0].length;
    const lazy = this.#take("?") ? "?" : "";
    if (lazy === "" && this.#is("+")) throw other("possessive repetition");
    if (REPEATS.test(this.#rest)) throw none("a repetition of a repetition");
    return written + writeRepeat(repeat) + lazy;
  }

  #isPlace(at: number): boolean {
    return /^(?:[\^$]|\\[bB])/.test(this.#pattern.slice(at));
  }

  #one(): string {
    const next = this.#character();
    if (next === ".") return "[^\\n]";
    if (next === "(") return this.#group();
    if (next === "[") return this.#class();
    if (next === "\\") return this.#escape();
    return PLACES[next] ?? literal(next);
  }

  #group(): string {
    this.#at -= 1;
    const found = GROUPS.exec(this.#rest);
    const opening = found?.[0] ?? "(";
    if (opening === "(" && this.#rest.startsWith("(?")) throw other("this kind of group");
    this.#at += opening.length;
    const inside = this.#alternatives();
    if (!this.#take(")")) throw none("a ( that is not closed");
    return `${found?.[1] === undefined ? opening : `(?<${found[1]}>`}${inside})`;
  }

  #escape(): string {
    const letter = this.#character();
    return CLASSES[letter] ?? PLACES[`\\${letter}`] ?? literal(this.#escaped(letter));
  }

  /** The character that an escape stands for. */
  #escaped(letter: string): string {
    const control = CONTROLS[letter];
    if (control !== undefined) return String.fromCodePoint(control);
    const digits = { x: 2, u: 4, U: 8 }[letter];
    if (digits !== undefined) {
      const code = this.#rest.slice(0, digits);
      if (!/^[0-9a-fA-F]+$/.test(code) || code.length < digits) throw none("an escape without its digits");
      this.#at += digits;
      const point = Number.parseInt(code, 16);
      if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw none("an escape of no character");
      return String.fromCodePoint(point);
    }
    if (/[0-9A-Za-z]/.test(letter)) throw other("this escape");
    return letter;
  }

  #class(): string {
    const parts: string[] = [];
    const negated = this.#take("^") ? "^" : "";
    do {
      parts.push(this.#range());
    } while (!this.#is("]"));
    this.#at += 1;
    return `[${negated}${parts.join("")}]`;
  }

  #range(): string {
    const from = this.#member();
    if (!this.#is("-") || /^-\]/.test(this.#rest)) return from.written;
    this.#at += 1;
    const to = this.#member();
    if (from.point === null || to.point === null || from.point > to.point) throw none("a range that is none");
    return `${from.written}-${to.written}`;
  }

  #member(): { written: string; point: number | null } {
    let next = this.#character();
    // Python will mean something else by these one day.
    if (/^(?:\[[:.=]|\[\[)/.test(next + this.#rest.slice(0, 1)) || /^(--|&&|~~|\|\|)/.test(next + this.#rest)) {
      throw other("operations on sets of characters");
    }
    if (next === "\\") {
      const letter = this.#character();
      const found = CLASSES[letter];
      if (found !== undefined) return { written: found, point: null };
      next = letter === "b" ? "\b" : this.#escaped(letter);
    }
    return { written: literal(next), point: next.codePointAt(0) ?? 0 };
  }

  get #rest(): string {
    return this.#pattern.slice(this.#at);
  }

  #is(character: string): boolean {
    return this.#pattern[this.#at] === character;
  }

  #take(character: string): boolean {
    const isHere = this.#is(character);
    if (isHere) this.#at += 1;
    return isHere;
  }

  #character(): string {
    const point = this.#pattern.codePointAt(this.#at);
    if (point === undefined) throw none("an end in its middle");
    const character = String.fromCodePoint(point);
    this.#at += character.length;
    return character;
  }
}

function writeRepeat([whole, exactly, least = "", most = ""]: RegExpExecArray): string {
  if (!whole.startsWith("{") || exactly !== undefined) return whole;
  if (most !== "" && Number(least) > Number(most)) throw none("a repetition of less than its least");
  return `{${least === "" ? 0 : least},${most}}`;
}

function literal(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function none(what: string): CofferError {
  return new CofferError("INVALID", `the pattern is no regular expression: it has ${what}`);
}

function other(what: string): CofferError {
  return new CofferError("INVALID", `the pattern has what is not known here: ${what}`, {
    hint: "groups, alternatives, sets of characters, repetitions and looking ahead can be used",
  });
}
