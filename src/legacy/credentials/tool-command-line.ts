import { CofferError, isCofferError } from "../../errors.js";
import { parseArgparse, splitCommand } from "../command-line/argparse.js";
import type { Parsed } from "../command-line/option.js";
import { type CommandGrammar, type ExplainedOption, HELP, type ToolGrammar } from "./tool-grammar.js";

/** A command line, understood. */
export interface ToolRequest<Command extends string> {
  readonly command: Command;
  /** The value of an option that was given last, if it was. */
  option(name: string): string | undefined;
  /** All that was given of one that takes several. */
  values(name: string): readonly string[];
  has(name: string): boolean;
  /** Empty where it is missing. */
  positional(name: string): string;
  /** Undefined where it is missing. */
  optional(name: string): string | undefined;
  readonly context: readonly string[];
}

/** Whose help is asked for; null: the tool's. */
export interface HelpRequest<Command extends string> {
  readonly helpFor: Command | null;
}

/** Reads a command line as the original does, and what its README shows besides. Throws `USAGE`. */
export function parseToolCommandLine<Command extends string>(
  args: readonly string[],
  grammar: ToolGrammar<Command>,
): ToolRequest<Command> | HelpRequest<Command> {
  const own = [...grammar.globals, HELP];
  const { before, command: word, after } = splitCommand(args, own);
  const globals = parseArgparse(before, { options: own, positionals: [] });
  if (globals.options.has("help") || word === undefined) return { helpFor: null };
  const command = requireCommand(word, grammar);
  const parsed = parseAfter(after, grammar.commands[command], grammar.widened(command));
  if (parsed.options.has("help")) return { helpFor: command };
  const options = new Map([...globals.options, ...parsed.options]);
  assertChoices(grammar.widened(command).options, options);
  if (options.has("profile") && options.has("arn")) {
    throw new CofferError("USAGE", "--profile and --arn exclude each other");
  }
  return {
    command,
    option: (name) => options.get(name)?.at(-1),
    values: (name) => options.get(name) ?? [],
    has: (name) => options.has(name),
    positional: (name) => parsed.positionals.get(name)?.[0] ?? "",
    optional: (name) => parsed.positionals.get(name)?.[0],
    context: parsed.positionals.get("context") ?? [],
  };
}

/** What the original takes means what it means there; only what it refuses is looked at more widely. */
function parseAfter(args: readonly string[], exact: CommandGrammar, widened: CommandGrammar): Parsed {
  const parse = ({ options, positionals }: CommandGrammar): Parsed => {
    if (asksForHelp(args)) return { options: new Map([["help", []]]), positionals: new Map() };
    return parseArgparse(args, { options: [HELP, ...options], positionals });
  };
  try {
    return parse(exact);
  } catch (error) {
    if (!isCofferError(error, "USAGE")) throw error;
    return parse(widened);
  }
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? args.length : end).some((argument) => /^(?:-h|--h|--he|--hel|--help)$/.test(argument));
}

function assertChoices(options: readonly ExplainedOption[], given: Parsed["options"]): void {
  for (const { name, flags, choices } of options) {
    const values = choices === undefined ? [] : (given.get(name) ?? []);
    if (values.some((value) => choices?.includes(value) === false)) {
      throw new CofferError("USAGE", `${flags[0]} takes something else`, { hint: `one of ${choices?.join(", ")}` });
    }
  }
}

function requireCommand<Command extends string>(word: string, { tool, commands }: ToolGrammar<Command>): Command {
  // What is a name of the table is a command by that.
  if (Object.hasOwn(commands, word)) return word as Command;
  throw new CofferError("USAGE", `${tool} has no such command`, {
    hint: `it is one of ${Object.keys(commands).join(", ")}`,
  });
}
