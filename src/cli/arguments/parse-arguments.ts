import { parseArgs } from "node:util";
import { CofferError } from "../../errors.js";
import { suggest } from "../../settings/suggest.js";
import { Flags } from "./flags.js";
import { findOption, GLOBAL_OPTIONS, OPTIONS, type OptionName } from "./options.js";

/** What can be said of a command line before its verb is known: enough to find the verb, and to report errors as asked for. */
export interface Outline {
  readonly verb: string | undefined;
  /** Where it stands; the end where there is none. */
  readonly verbAt: number;
  /** The arguments without the verb. */
  readonly others: readonly string[];
  readonly wantsVersion: boolean;
  readonly wantsHelp: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  /** What `--color` says. */
  readonly color: string | undefined;
}

export interface Parsed {
  readonly flags: Flags;
  readonly positionals: readonly string[];
  /** What stands behind `--`, byte for byte; null where there is no `--`. */
  readonly rest: readonly string[] | null;
}

// Which arguments are flags and which are values is for the platform's parser to say; what is allowed is for us, in our words:
// its own messages repeat what was typed, which may be a value.
type Settings = { type: "string" | "boolean"; short?: string; multiple?: boolean };

/** Puts `--` behind `as TOOL`, where there is none: all that follows is the tool's. */
export function shieldTool(args: readonly string[]): readonly string[] {
  if (!args.includes("as")) return args;
  const { verb, verbAt } = outlineArguments(args);
  const tool = args[verbAt + 1];
  return verb === "as" && tool !== undefined && !tool.startsWith("-") ? args.toSpliced(verbAt + 2, 0, "--") : args;
}

/** Never throws: what is wrong is found by `parseArguments`. */
export function outlineArguments(args: readonly string[]): Outline {
  const tokens = tokenize(args, { ...settings(), version: { type: "boolean", short: "V" } });
  const terminator = tokens.find((token) => token.kind === "option-terminator")?.index ?? args.length;
  const verb = tokens.find((token) => token.kind === "positional" && token.index < terminator);
  const verbAt = verb?.index ?? terminator;
  const names = tokens.filter((token) => token.kind === "option");
  return {
    verb: args[verbAt] === undefined || verb === undefined ? undefined : args[verbAt],
    verbAt,
    others: verb === undefined ? args : args.toSpliced(verbAt, 1),
    wantsVersion: names.some(({ name, index }) => name === "version" && index < verbAt),
    wantsHelp: names.some(({ name }) => name === "help"),
    json: names.some(({ name }) => name === "json"),
    verbose: names.some(({ name }) => name === "verbose"),
    color: names.find(({ name }) => name === "color")?.value,
  };
}

/** Splits the arguments behind the verb. `known`: the verb's own flags. Throws `USAGE`. */
export function parseArguments(args: readonly string[], known: readonly OptionName[]): Parsed {
  const allowed = new Set<string>([...GLOBAL_OPTIONS, ...known]);
  const values = new Map<string, string[]>();
  const tokens = tokenize(args, settings());
  const terminator = tokens.find((token) => token.kind === "option-terminator")?.index ?? null;
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "option") takeOption(token, args[token.index] ?? "", allowed, values);
    if (token.kind === "positional" && (terminator === null || token.index < terminator)) positionals.push(token.value);
  }
  return { flags: new Flags(values), positionals, rest: terminator === null ? null : args.slice(terminator + 1) };
}

function settings(): Record<string, Settings> {
  return Object.fromEntries(
    Object.keys(OPTIONS).map((name) => {
      const option = findOption(name);
      const type = option?.value === undefined ? "boolean" : "string";
      return [name, { type, ...(option?.short === undefined ? {} : { short: option.short }) } satisfies Settings];
    }),
  );
}

type Token = ReturnType<typeof tokenize>[number];
type OptionToken = Extract<Token, { kind: "option" }>;

function tokenize(args: readonly string[], options: Record<string, Settings>) {
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function takeOption(
  token: OptionToken,
  typed: string,
  allowed: ReadonlySet<string>,
  values: Map<string, string[]>,
): void {
  const { name, rawName, value, inlineValue } = token;
  const isShort = !rawName.startsWith("--");
  if (isShort && typed !== rawName) throw joined();
  const option = allowed.has(name) ? findOption(name) : undefined;
  if (option === undefined) throw unknownFlag(rawName, allowed);
  const given = values.get(name) ?? [];
  if (option.value === undefined) {
    if (value !== undefined) throw new CofferError("USAGE", `--${name} takes no value`);
  } else {
    if (value === undefined || (!inlineValue && /^-./s.test(value))) throw needsValue(name, option.value);
    if (given.length > 0 && option.repeats !== true) throw new CofferError("USAGE", `--${name} is given twice`);
    given.push(value);
  }
  values.set(name, given);
}

function joined(): CofferError {
  return new CofferError("USAGE", "short flags cannot be joined with each other or with a value", {
    hint: "write each flag on its own, as in `-n -o FILE`; arguments that begin with - go behind `--`",
  });
}

function needsValue(name: string, value: string): CofferError {
  return new CofferError("USAGE", `--${name} needs a value`, {
    hint: `write --${name} ${value}, or --${name}=${value} where it begins with -`,
  });
}

/** Names the flag only where it looks like one: it may be a value that happens to begin with a hyphen. */
function unknownFlag(rawName: string, allowed: ReadonlySet<string>): CofferError {
  const looksLikeFlag = /^(-[A-Za-z]|--[a-z]{1,15}(-[a-z]{1,15}){0,2})$/.test(rawName);
  if (!looksLikeFlag) {
    return new CofferError("USAGE", "an argument that begins with - is no flag", {
      hint: "arguments that begin with - go behind `--`; values are best given through stdin",
    });
  }
  const guess = rawName.startsWith("--") ? suggest(rawName.slice(2), [...allowed]) : undefined;
  const hint = guess === undefined ? "`coffer help VERB` lists the flags of a verb" : `did you mean --${guess}?`;
  return new CofferError("USAGE", `unknown flag ${rawName}`, { hint });
}
