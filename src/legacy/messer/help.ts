import { type Branch, type Explained, isLeaf, type Leaf } from "./commands.js";

type Row = readonly [words: string, help: string];

/** What a command takes, as text. */
export function helpOf(path: readonly string[], command: Branch | Leaf): string {
  const name = path.join(" ");
  if (!isLeaf(command)) {
    const rows = Object.entries(command.commands).map(([word, { help }]): Row => [word, help]);
    return `usage: ${name} COMMAND …\n\n${command.help}\n\ncommands:\n${table(rows)}`;
  }
  const { positionals, options, help } = command;
  const places = positionals.map(({ name, count }) => PLACES[count](name.toUpperCase()));
  const usage = [name, ...options.map(usageOf), ...places].join(" ");
  const rows = positionals.map((each): Row => [each.name.toUpperCase(), each.help]);
  const flags = options.map((each): Row => [shown(each), each.help]);
  return `usage: ${usage}\n\n${help}\n\n${rows.length === 0 ? "" : `arguments:\n${table(rows)}\n`}options:\n${table([["-h, --help", "show this"], ...flags])}`;
}

const PLACES: Readonly<Record<Leaf["positionals"][number]["count"], (name: string) => string>> = {
  one: (name) => name,
  optional: (name) => `[${name}]`,
  any: (name) => `[${name}…]`,
  some: (name) => `${name} [${name}…]`,
};

type Flag = Leaf["options"][number];

function usageOf(option: Flag): string {
  const text = `${option.flags[0]}${valueText(option)}`;
  return option.required === true ? text : `[${text}]`;
}

/** The spelling with underscores is for those who know it. */
function shown(option: Flag & Explained): string {
  const flags = option.flags.filter((flag) => !flag.includes("_"));
  return `${flags.join(", ")}${valueText(option)}`;
}

function valueText({ name, takes }: Flag): string {
  return takes === undefined ? "" : ` ${name.toUpperCase()}`;
}

function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([words]) => words.length));
  return rows.map(([words, help]) => `  ${words.padEnd(width)}  ${help}\n`).join("");
}
