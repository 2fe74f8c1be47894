import type { Grammar } from "../command-line/argparse.js";
import type { Option } from "../command-line/option.js";

/** An option with what its help says; `choices` are the values that it takes, where these are given. */
export interface ExplainedOption extends Option {
  readonly help: string;
  readonly choices?: readonly string[];
}

/** A command as the original has it, and what its help says. */
export interface CommandGrammar extends Grammar {
  readonly help: string;
  readonly options: readonly ExplainedOption[];
  readonly positionals: readonly (Grammar["positionals"][number] & { readonly help: string })[];
}

/** A tool whose first argument names a command. */
export interface ToolGrammar<Command extends string> {
  readonly tool: string;
  readonly summary: string;
  /** Options that stand before the command. */
  readonly globals: readonly ExplainedOption[];
  /** In the order of the help. */
  readonly commands: Readonly<Record<Command, CommandGrammar>>;
  /** What a command takes besides, which the original refuses and its README shows. */
  readonly widened: (command: Command) => CommandGrammar;
}

export const HELP: ExplainedOption = { name: "help", flags: ["-h", "--help"], help: "show this" };
