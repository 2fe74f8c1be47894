import { findOption, GLOBAL_OPTIONS, type OptionName } from "../../src/cli/arguments/options.js";
import type { Command, Verb } from "../../src/cli/command.js";
import { usageOf } from "../../src/cli/help.js";

const HEAD = `# The verbs

For looking things up: every verb, with its examples first. The same is in \`coffer help VERB\`. This page is made from the verbs themselves by \`npm run docs\`; the examples are run by a test.

A path is NAMESPACE/NAME, as in \`prod/billing/DB_URL\`. A namespace alone ends in a slash: \`prod/billing/\`. The root namespace is \`/\`. Flags may stand anywhere before \`--\`, each by itself: \`-q -v\`, never \`-qv\`.
`;

const EXIT_CODES: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "done"],
  ["1", "failed: a file or an input is not what it should be, or the system refused"],
  ["2", "a command line that cannot be, or something that this version does not know"],
  ["3", "not found"],
  ["4", "conflict: somebody else was faster, or the state is not the one that you named"],
  ["5", "denied: no right, another key, another context, or a project that changed since it was trusted"],
  ["6", "not as it was written, or gone back in time"],
  ["7", "not reached"],
  ["8", "the outcome is unknown: it may have happened or not"],
  ["130", "interrupted"],
];

const TAIL = `## Flags of every verb

FLAGS
## Exit codes

CODES
Only \`exec\` has others: the program's own, 127 where it is not found, 126 where it cannot be run, and 125 for everything of Coffer's. On failure nothing was changed, but for 8.

stderr has two lines, \`coffer: error: …\` and \`coffer: hint: …\`; with \`--json\` one: \`{"error":{"code","message","hint"}}\`.

## JSON

One document on one line of stdout. Times are RFC 3339 in UTC with milliseconds. What is absent is \`null\`. Fields may be added, never removed. A version has the fields \`version\`, \`time\`, \`author\`, \`message\`, \`commit\`, \`stage\`, \`deleted\`, \`purged\`, \`type\` (\`text\` or \`binary\`), \`comment\`, \`expires\` and \`context\` (names only). \`list\` has \`path\`, \`namespace\` and \`name\` before them, \`get\` also \`encoding\` (\`utf8\` or \`base64\`) and \`value\` behind. What a write has \`changed\` is a list of \`name\`, \`version\` and \`change\`: \`added\`, \`changed\` or \`deleted\`.

Next: [configuration](CONFIGURATION.md), or the [recipes](recipes/dockerfile.md).
`;

/** docs/VERBS.md, from what the verbs say of themselves. */
export async function renderVerbsPage(verbs: readonly Verb[]): Promise<string> {
  const contents = verbs.map(({ name }) => `[${name}](#${name})`).join(" · ");
  const sections = await Promise.all(verbs.map(async (verb) => renderVerb(verb, await verb.load())));
  const codes = table(["code", "meaning"], EXIT_CODES);
  const tail = TAIL.replace("FLAGS", flagTable(GLOBAL_OPTIONS)).replace("CODES", codes);
  return [
    HEAD,
    `${contents} · [flags](#flags-of-every-verb) · [exit codes](#exit-codes) · [JSON](#json)\n`,
    ...sections,
    tail,
  ].join("\n");
}

function renderVerb({ name, summary }: Verb, command: Command): string {
  const flags = command.options.filter((option) => findOption(option)?.later !== true);
  return [
    `## ${name}\n`,
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.\n`,
    `\`\`\`sh\n${renderExamples(command)}\n\`\`\`\n`,
    `\`${usageOf(name, command)}\`\n`,
    ...(command.notes ?? []).map((note) => `${note}\n`),
    ...(command.arguments.length === 0
      ? []
      : [
          table(
            ["argument", ""],
            command.arguments.map(({ name: each, help }) => [`\`${each}\``, help]),
          ),
        ]),
    ...(flags.length === 0 ? [] : [flagTable(flags, command.meanings)]),
    ...(command.exits === undefined
      ? []
      : [`Exit codes: ${command.exits.map(([code, when]) => `**${code}** ${when}`).join("; ")}.\n`]),
    ...(command.json === undefined ? [] : [`JSON: ${command.json.map((field) => `\`${field}\``).join(", ")}.\n`]),
  ].join("\n");
}

function renderExamples({ examples }: Command): string {
  const width = Math.max(...examples.map(([example]) => example.length));
  return examples.map(([example, what]) => `${example.padEnd(width)}  # ${what}`).join("\n");
}

function flagTable(names: readonly OptionName[], meanings: Command["meanings"] = {}): string {
  const rows = names.map((name): readonly [string, string] => {
    const { short, value, repeats, help = "" } = findOption(name) ?? {};
    const flag = `${short === undefined ? "" : `\`-${short}\`, `}\`--${name}${value === undefined ? "" : ` ${value}`}\``;
    const meaning = meanings[name] ?? help;
    return [flag, repeats === true ? `${meaning} (may repeat)` : meaning];
  });
  return table(["flag", ""], rows);
}

function table(head: readonly [string, string], rows: readonly (readonly [string, string])[]): string {
  const line = (cells: readonly [string, string]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return `${[line(head), "|---|---|", ...rows.map(line)].join("\n")}\n`;
}
