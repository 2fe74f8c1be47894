import { findOption, GLOBAL_OPTIONS, type OptionName } from "./arguments/options.js";
import type { Command, Verb } from "./command.js";

const WIDTH = 90;

/** What `coffer help` prints. */
export function renderOverview(verbs: readonly Verb[]): string {
  return lines(
    "Coffer keeps the secrets of programs: versioned, encrypted, with no server of its own.",
    "",
    "Usage: coffer VERB [ARGUMENTS] [FLAGS]",
    "",
    "Verbs:",
    ...columns(verbs.map(({ name, summary }) => [name, summary])),
    "",
    "Flags of every verb:",
    ...columns(optionRows(GLOBAL_OPTIONS)),
    "",
    "A path is NAMESPACE/NAME, as in prod/billing/DB_URL. A namespace alone ends in a slash: prod/billing/",
    "",
    "Begin with `coffer init`; `coffer help VERB` says more about a verb.",
  );
}

/** What `coffer help VERB` prints. */
export function renderCommandHelp(name: string, summary: string, command: Command): string {
  const section = (title: string, rows: readonly (readonly [string, string])[]): string[] =>
    rows.length === 0 ? [] : ["", title, ...columns(rows)];
  return lines(
    `coffer ${name}: ${summary}`,
    "",
    `Usage: ${usageOf(name, command)}`,
    ...(command.notes ?? []).flatMap((note) => ["", ...wrap(note)]),
    ...section(
      "Arguments:",
      command.arguments.map((argument) => [argument.name, argument.help]),
    ),
    ...section("Flags:", optionRows(command.options, command.meanings)),
    ...command.examples.flatMap(([example, what], index) => [
      ...(index === 0 ? ["", "Examples:"] : []),
      `  ${example}`,
      `      ${what}`,
    ]),
    ...section(
      "Exit codes:",
      (command.exits ?? []).map(([code, when]) => [String(code), when]),
    ),
    ...(command.json === undefined ? [] : ["", ...wrap(`With --json: ${command.json.join(", ")}`)]),
    "",
    "The flags of every verb are listed by `coffer help`.",
  );
}

/** `coffer put PATH [VALUE] [FLAGS]` */
export function usageOf(name: string, command: Command): string {
  const shown = command.arguments.map(({ name: argument, optional, repeats }) => {
    const many = repeats === true ? `${argument}…` : argument;
    return optional === true ? `[${many}]` : many;
  });
  const { rest, restIsBare } = command;
  if (rest !== undefined && restIsBare === true) return ["coffer", name, ...shown, rest].join(" ");
  return ["coffer", name, ...shown, "[FLAGS]", ...(rest === undefined ? [] : ["--", rest])].join(" ");
}

function optionRows(
  names: readonly OptionName[],
  meanings: NonNullable<Command["meanings"]> = {},
): (readonly [string, string])[] {
  return names.flatMap((name) => {
    const option = findOption(name);
    if (option === undefined || option.later === true) return [];
    const short = option.short === undefined ? "    " : `-${option.short}, `;
    const value = option.value === undefined ? "" : ` ${option.value}`;
    const repeats = option.repeats === true ? " (may repeat)" : "";
    return [[`${short}--${name}${value}`, `${meanings[name] ?? option.help}${repeats}`] as const];
  });
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

function wrap(text: string): string[] {
  const wrapped: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length > WIDTH) wrapped.push(line);
    line = longer.length > WIDTH ? word : longer;
  }
  return [...wrapped, line];
}

function lines(...all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
