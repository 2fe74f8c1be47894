import { findOption, GLOBAL_OPTIONS, type OptionName } from "../../src/cli/arguments/options.js";
import { VERBS } from "../../src/cli/command-table.js";
import type { Page } from "./page.js";

/** Commands that stand in the middle of a sentence, as `coffer get PATH --json`, are not run. But what they are made of must be there. */
export async function findUnknownCommands({ path, prose }: Page): Promise<string[]> {
  const quoted = [...prose.matchAll(/`coffer ([^`]+)`/g)].map(([, command = ""]) => command);
  const faults = await Promise.all(quoted.map(findFault));
  return quoted.flatMap((command, index) => {
    const fault = faults[index] ?? null;
    return fault === null ? [] : [`${path}: coffer ${command}: ${fault}`];
  });
}

/** In words, what is wrong with a command; null where nothing is, or it names no verb. */
async function findFault(command: string): Promise<string | null> {
  const [own = ""] = command.split(" -- ");
  const words = own.split(/\s+/);
  const [verb = ""] = words;
  if (!/^[a-z]/.test(verb)) return null;
  const row = VERBS.find(({ name }) => name === verb);
  if (row === undefined) return `there is no verb ${verb}`;
  const options = [...(await row.load()).options, ...GLOBAL_OPTIONS];
  const unknown = words.find((word) => /^-./.test(word) && !options.some((option) => isSpelledBy(option, word)));
  return unknown === undefined ? null : `it has no ${unknown}`;
}

function isSpelledBy(name: OptionName, word: string): boolean {
  const [flag = ""] = word.split("=");
  const option = findOption(name);
  return option?.later !== true && (flag === `--${name}` || flag === `-${option?.short}`);
}
