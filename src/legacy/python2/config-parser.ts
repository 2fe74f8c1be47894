import { CofferError } from "../../errors.js";

/** One option as it stands in a file: where, and what was read of it. */
interface Option {
  readonly name: string;
  readonly section: string;
  /** The lines of the file that it takes, from the first to the last. */
  readonly from: number;
  to: number;
  value: string;
}

const DEFAULTS = "DEFAULT";
/** As Python has it: `MAX_INTERPOLATION_DEPTH`. */
const DEEPEST = 10;

/**
 * A file as Python 2.7's ConfigParser reads it: `name = value` and `name: value`, names without regard to case, sections that come twice, `[DEFAULT]`, comments behind
 * ` ;`, values over several lines, and `%(name)s` for another value. What is changed is changed in place: comments and all else stay as they are.
 * https://docs.python.org/2.7/library/configparser.html
 */
export class Python2Config {
  readonly #lines: string[];
  readonly #what: string;
  #options: Option[] = [];
  /** Sections in the order in which they come, each with its last line. */
  #sections = new Map<string, number>();

  /** `what` is named in the `INVALID` that is thrown for what Python does not read. */
  constructor(text: string, what: string) {
    this.#lines = text.split(/\r?\n/);
    this.#what = what;
    this.#read();
  }

  get text(): string {
    return this.#lines.join("\n");
  }

  hasSection(section: string): boolean {
    return section !== DEFAULTS && this.#sections.has(section);
  }

  /** In the order of the file. */
  get sections(): readonly string[] {
    return [...this.#sections.keys()].filter((section) => section !== DEFAULTS);
  }

  /** The value, with what `%(name)s` stands for; null where there is none. Throws `INVALID` where that is nothing, or goes round in circles. */
  get(section: string, name: string): string | null {
    const raw = this.#find(section, name);
    return raw === undefined ? null : this.#interpolate(section, raw);
  }

  /** All options of a section, those of `[DEFAULT]` first; each name once. */
  items(section: string): readonly (readonly [name: string, value: string])[] {
    const own = this.#options.filter((option) => [DEFAULTS, section].includes(option.section));
    const names = [...own.filter(isDefault), ...own.filter((option) => !isDefault(option))].map(({ name }) => name);
    return [...new Set(names)].map((name) => [name, this.get(section, name) ?? ""]);
  }

  /** Writes a value in the place of the one that counts, else at the end of its section, which is made where there is none. Throws `USAGE` for what could not be read back. */
  set(section: string, name: string, value: string): void {
    if (value !== value.trim() || /[\r\n]|\s;|^""$/.test(value)) throw unwritable(name);
    this.addSection(section);
    const there = this.#options.findLast((option) => option.section === section && option.name === name);
    const line = `${name} = ${value}`.trimEnd();
    if (there !== undefined) this.#lines.splice(there.from, there.to - there.from + 1, line);
    else this.#lines.splice((this.#sections.get(section) ?? 0) + 1, 0, line);
    this.#read();
  }

  /** Adds a section at the end, unless it is there. */
  addSection(section: string): void {
    if (this.#sections.has(section)) return;
    while (this.#lines.at(-1) === "") this.#lines.pop();
    if (this.#lines.length > 0) this.#lines.push("");
    this.#lines.push(`[${section}]`, "");
    this.#read();
  }

  #read(): void {
    this.#options = [];
    this.#sections = new Map();
    let section: string | undefined;
    let option: Option | undefined;
    for (const [at, line] of this.#lines.entries()) {
      if (isSkipped(line)) continue;
      if (/^\s/.test(line) && section !== undefined && option !== undefined) {
        option.value += `\n${line.trim()}`;
        option.to = at;
      } else {
        const header = /^\[([^\]]+)\]/.exec(line)?.[1];
        section = header ?? section;
        if (section === undefined) throw this.#unreadable(at);
        option = header === undefined ? this.#readOption(line, at, section) : undefined;
        if (option !== undefined) this.#options.push(option);
      }
      if (section !== undefined) this.#sections.set(section, at);
    }
  }

  #readOption(line: string, at: number, section: string): Option {
    const [, name, rest = ""] = /^([^:=\s][^:=]*)\s*[:=]\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) throw this.#unreadable(at);
    return { name: name.trimEnd().toLowerCase(), section, from: at, to: at, value: readValue(rest) };
  }

  #find(section: string, name: string): string | undefined {
    const named = (where: string) => (option: Option) => option.section === where && option.name === name;
    return (this.#options.findLast(named(section)) ?? this.#options.findLast(named(DEFAULTS)))?.value;
  }

  #interpolate(section: string, raw: string): string {
    let value = raw;
    for (let depth = 0; value.includes("%("); depth++) {
      if (depth === DEEPEST) throw this.#wrongReference(section);
      value = value.replace(/%(?:%|\(([^)]*)\)s|)/g, (found, name: string | undefined) => {
        if (found === "%%") return "%";
        const other = name === undefined ? undefined : this.#find(section, name.toLowerCase());
        if (other === undefined) throw this.#wrongReference(section);
        return other;
      });
    }
    return value;
  }

  #unreadable(at: number): CofferError {
    return new CofferError("INVALID", `line ${at + 1} of ${this.#what} cannot be read`, {
      hint: "it takes [section], and below it name = value",
    });
  }

  #wrongReference(section: string): CofferError {
    return new CofferError(
      "INVALID",
      `a value in [${section}] of ${this.#what} refers to one that is not there, or to itself`,
      {
        hint: "%(name)s stands for another value of the same section; a % beside it is written %%",
      },
    );
  }
}

function isDefault({ section }: Option): boolean {
  return section === DEFAULTS;
}

function isSkipped(line: string): boolean {
  return line.trim() === "" || /^[#;]/.test(line) || /^[rR][eE][mM](\s|$)/.test(line);
}

function readValue(rest: string): string {
  const comment = rest.indexOf(";");
  // Python looks at the character before it, which for the first one is the last.
  const isComment = comment >= 0 && /\s/.test(rest.at(comment - 1) ?? "");
  const value = (isComment ? rest.slice(0, comment) : rest).trim();
  return value === '""' ? "" : value;
}

function unwritable(name: string): CofferError {
  return new CofferError("USAGE", `the value of ${name} would not be read back as it is`, {
    hint: "no blanks at its ends, no line breaks, and no blank before a semicolon",
  });
}
