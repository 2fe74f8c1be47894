import { CofferError } from "../../errors.js";

/** An option of an older tool's command line. Without `takes` it is a switch. */
export interface Option {
  /** Under what its values are found. */
  readonly name: string;
  /** As they are typed: `-k`, `--key`. */
  readonly flags: readonly string[];
  /** One value, or (as argparse has it) all that follow up to the next option. */
  readonly takes?: "value" | "values";
}

/** What a command line said: the values of each option that was given (a switch has an empty list for each time), and the rest by name. */
export interface Parsed {
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly positionals: ReadonlyMap<string, readonly string[]>;
}

/** An argument that is an option: which one, and the value that stands in the same argument. Null for the option: there is none of that name. */
export interface OptionMatch {
  readonly option: Option | null;
  readonly inline?: string;
}

/** How an option may be written. */
export interface Spelling {
  /** Whether the beginning of a long flag stands for it, where only one begins so. */
  readonly abbreviations: boolean;
}

/**
 * The option that an argument names: in full, `--flag=value`, `-fvalue`, or abbreviated. Null where the argument looks like no option. Throws `USAGE` for an
 * abbreviation of several.
 */
export function matchOption(argument: string, options: readonly Option[], spelling: Spelling): OptionMatch | null {
  if (argument.length < 2 || !argument.startsWith("-")) return null;
  const exact = options.find(({ flags }) => flags.includes(argument));
  if (exact !== undefined) return { option: exact };
  return argument.startsWith("--") ? matchLong(argument, options, spelling) : matchShort(argument, options);
}

function matchLong(argument: string, options: readonly Option[], { abbreviations }: Spelling): OptionMatch {
  const equals = argument.indexOf("=");
  const typed = equals < 0 ? argument : argument.slice(0, equals);
  const inline = equals < 0 ? {} : { inline: argument.slice(equals + 1) };
  const exact = options.find(({ flags }) => flags.includes(typed));
  if (exact !== undefined) return { option: exact, ...inline };
  const begun = abbreviations ? options.filter(({ flags }) => flags.some((flag) => flag.startsWith(typed))) : [];
  if (begun.length > 1) throw new CofferError("USAGE", "an abbreviated option could be one of several");
  return { option: begun[0] ?? null, ...inline };
}

function matchShort(argument: string, options: readonly Option[]): OptionMatch {
  const option = options.find(({ flags }) => flags.includes(argument.slice(0, 2))) ?? null;
  return { option, inline: argument.slice(2) };
}

/** Collects what is found of options while a command line is read. */
export class Collected {
  readonly #options = new Map<string, string[]>();

  add({ name }: Option, values: readonly string[]): void {
    this.#options.set(name, [...(this.#options.get(name) ?? []), ...values]);
  }

  get options(): ReadonlyMap<string, readonly string[]> {
    return this.#options;
  }
}

/** The switches and the option that stand in one argument (`-na`, `-nkVALUE`), or null where one of them is none. */
export function splitCluster(match: OptionMatch, options: readonly Option[]): OptionMatch[] | null {
  const { option, inline } = match;
  if (option === null) return null;
  if (option.takes !== undefined || inline === undefined) return [match];
  // A switch takes no value; in a short one's place further switches may follow.
  const next = matchShort(`-${inline}`, options);
  const rest = inline === "" ? null : splitCluster(next.inline === "" ? { option: next.option } : next, options);
  return rest === null ? null : [{ option }, ...rest];
}

/** Names what was typed only as far as it looks like an option: anything else may be a value. */
export function unknownOption(argument: string): CofferError {
  const [shown] = /^(--[a-z]{1,20}(-[a-z]{1,20}){0,3}|-[A-Za-z])(?==|$)/.exec(argument) ?? [];
  return new CofferError("USAGE", shown === undefined ? "an argument is no option" : `there is no option ${shown}`, {
    hint: "a value that begins with - goes behind --",
  });
}
