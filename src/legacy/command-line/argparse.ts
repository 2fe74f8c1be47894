import { CofferError } from "../../errors.js";
import { Collected, matchOption, type Option, type Parsed, splitCluster, unknownOption } from "./option.js";

/** An argument that is no option: exactly one, at most one, any number, or at least one. */
export interface Positional {
  readonly name: string;
  readonly count: "one" | "optional" | "any" | "some";
}

export interface Grammar {
  readonly options: readonly Option[];
  readonly positionals: readonly Positional[];
}

/** One letter per argument: A may be a value, O is an option, - is the first `--`. */
type Pattern = string;

const PATTERNS: Readonly<Record<Positional["count"], string>> = {
  one: "(-*A-*)",
  optional: "(-*A?-*)",
  any: "(-*[A-]*)",
  some: "(-*A[A-]*)",
};

/**
 * Reads arguments as Python's argparse does (3.11, and 2.7 alike): options may be abbreviated, `-kVALUE`, `-na`, `--key=VALUE`, negative numbers are values; and
 * arguments between options go to as many positionals as they are enough for, so that one that may be empty takes nothing later on. Throws `USAGE`, in words that repeat no
 * value. https://docs.python.org/3.11/library/argparse.html
 */
export function parseArgparse(args: readonly string[], { options, positionals }: Grammar): Parsed {
  const pattern = patternOf(args, options);
  const found = new Collected();
  const places = new Map<string, readonly string[]>();
  const left = [...positionals];
  let at = 0;
  while (at < args.length) {
    if (pattern[at] === "O") {
      at = takeOption(args, pattern, at, options, found);
      continue;
    }
    const end = takePositionals(args, pattern, at, left, places);
    if (end === at) throw tooMany();
    at = end;
  }
  takePositionals(args, pattern, at, left, places);
  const missing = left.find(({ count }) => count === "one" || count === "some");
  if (missing !== undefined) throw new CofferError("USAGE", `${missing.name} is missing`);
  return { options: found.options, positionals: places };
}

function patternOf(args: readonly string[], options: readonly Option[]): Pattern {
  const end = args.indexOf("--");
  return args
    .map((argument, index) => {
      if (end >= 0 && index >= end) return index === end ? "-" : "A";
      const match = matchOption(argument, options, { abbreviations: true });
      if (match === null) return "A";
      const mayBeValue = /^-\d+$|^-\d*\.\d+$/.test(argument) || argument.includes(" ");
      return match.option === null && mayBeValue ? "A" : "O";
    })
    .join("");
}

/** Gives what stands here to as many positionals as it is enough for, and returns where it ends. */
function takePositionals(
  args: readonly string[],
  pattern: Pattern,
  at: number,
  left: Positional[],
  places: Map<string, readonly string[]>,
): number {
  for (let count = left.length; count > 0; count -= 1) {
    const taken = left.slice(0, count);
    const match = new RegExp(`^${taken.map((each) => PATTERNS[each.count]).join("")}`).exec(pattern.slice(at));
    if (match === null) continue;
    let end = at;
    for (const [index, { name }] of taken.entries()) {
      const from = end;
      end += match[index + 1]?.length ?? 0;
      places.set(
        name,
        args.slice(from, end).filter((_, offset) => pattern[from + offset] !== "-"),
      );
    }
    left.splice(0, count);
    return end;
  }
  return at;
}

/** Takes the option that stands here with its values, and returns where it ends. */
function takeOption(
  args: readonly string[],
  pattern: Pattern,
  at: number,
  options: readonly Option[],
  found: Collected,
): number {
  const argument = args[at] ?? "";
  const match = matchOption(argument, options, { abbreviations: true });
  const cluster = match === null ? null : argument.startsWith("--") ? [match] : splitCluster(match, options);
  if (cluster === null) throw unknownOption(argument);
  let end = at + 1;
  for (const { option, inline } of cluster) {
    if (option === null) throw unknownOption(argument);
    if (option.takes === undefined) {
      if (inline !== undefined) throw new CofferError("USAGE", `${option.flags[0]} takes no value`);
      found.add(option, []);
    } else if (inline !== undefined) {
      found.add(option, [inline]);
    } else {
      const wanted = option.takes === "value" ? "A" : "A*";
      const [values = ""] = new RegExp(`^-*${wanted}`).exec(pattern.slice(end)) ?? [];
      if (values === "" && option.takes === "value") throw needsValue(option);
      found.add(
        option,
        args.slice(end, end + values.length).filter((_, offset) => values[offset] !== "-"),
      );
      end += values.length;
    }
  }
  return end;
}

function needsValue({ flags }: Option): CofferError {
  return new CofferError("USAGE", `${flags[0]} needs a value`, {
    hint: `where it begins with -, write it as ${flags.at(-1)}=VALUE`,
  });
}

function tooMany(): CofferError {
  return new CofferError("USAGE", "there are more arguments than this command takes", {
    hint: "what belongs together has to stand together, before or behind the options",
  });
}

/** A command line whose first argument that is no option names a command. */
export interface CommandLine {
  /** What stands before the command: options of the tool as a whole. */
  readonly before: readonly string[];
  /** Undefined where there is none. */
  readonly command: string | undefined;
  readonly after: readonly string[];
}

/** Finds the command behind the options of the tool as a whole. Throws `USAGE`. */
export function splitCommand(args: readonly string[], options: readonly Option[]): CommandLine {
  const pattern = patternOf(args, options);
  let at = 0;
  while (pattern[at] === "O") at = takeOption(args, pattern, at, options, new Collected());
  const start = pattern[at] === "-" ? at + 1 : at;
  return { before: args.slice(0, at), command: args[start], after: args.slice(start + 1) };
}
