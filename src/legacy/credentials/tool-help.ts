import { type CommandGrammar, type ExplainedOption, HELP, type ToolGrammar } from "./tool-grammar.js";

type Row = readonly [words: string, help: string];

/** What a tool takes, or one of its commands. */
export function helpOf<Command extends string>(grammar: ToolGrammar<Command>, command: Command | null): string {
  return command === null ? toolHelp(grammar) : commandHelp(grammar.tool, command, grammar.commands[command]);
}

function toolHelp<Command extends string>({ tool, summary, globals, commands }: ToolGrammar<Command>): string {
  const rows = Object.entries<CommandGrammar>(commands).map(([name, { help }]): Row => [name, help]);
  return [
    `usage: ${tool} ${globals.map(usageOf).join(" ")} COMMAND …`,
    summary,
    `commands (${tool} COMMAND -h says more):\n${table(rows)}`,
    `options, before the command or behind it:\n${table([HELP, ...globals].map(rowOf))}`,
  ].join("\n\n");
}

function commandHelp(tool: string, command: string, { options, positionals, help }: CommandGrammar): string {
  const places = positionals.map(({ name, count }) =>
    count === "any" ? `[${name} …]` : count === "optional" ? `[${name}]` : name,
  );
  const rows = positionals.map((each): Row => [each.name, each.help]);
  return [
    `usage: ${[tool, command, ...options.map(usageOf), ...places].join(" ")}`,
    help,
    ...(rows.length === 0 ? [] : [`arguments:\n${table(rows)}`]),
    `options:\n${table([HELP, ...options].map(rowOf))}`,
  ].join("\n\n");
}

function rowOf(option: ExplainedOption): Row {
  const choices = option.choices === undefined ? "" : `: ${option.choices.join(", ")}`;
  return [`${option.flags.join(", ")}${operandOf(option)}`, `${option.help}${choices}`];
}

function usageOf(option: ExplainedOption): string {
  return `[${option.flags[0]}${operandOf(option)}]`;
}

function operandOf({ name, takes }: ExplainedOption): string {
  const word = name.toUpperCase();
  return takes === undefined ? "" : takes === "values" ? ` ${word} …` : ` ${word}`;
}

function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([words]) => words.length));
  return rows.map(([words, help]) => `  ${words.padEnd(width)}  ${help}\n`).join("");
}
