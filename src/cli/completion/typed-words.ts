import { Flags } from "../arguments/flags.js";
import { findOption, OPTIONS, type OptionName } from "../arguments/options.js";
import type { Word } from "./answer.js";

/** What the words before the one that is typed say about it. */
export interface Typed {
  readonly verb: string | undefined;
  /** How many arguments of the verb stand before it. */
  readonly position: number;
  /** Behind `--`. */
  readonly terminated: boolean;
  /** The flag that still wants its value: the typed word is it. */
  readonly pending: OptionName | null;
  readonly flags: Flags;
  /** False where the value of a flag cannot be known: what depends on it must not be guessed. */
  readonly certain: boolean;
}

/** Never throws: half a command line is wrong most of the time. */
export function readTypedWords(before: readonly Word[]): Typed {
  const values = new Map<string, string[]>();
  const positionals: Word[] = [];
  let terminated = false;
  let pending: OptionName | null = null;
  let certain = true;
  const take = (name: OptionName, value: Word): void => {
    if (value === null) certain = false;
    else values.set(name, [...(values.get(name) ?? []), value]);
  };
  for (const word of before) {
    if (terminated) positionals.push(word);
    else if (pending !== null) {
      take(pending, word);
      pending = null;
    } else if (word === "--") terminated = true;
    else if (word === null || !/^-./s.test(word)) positionals.push(word);
    else {
      const { name, value } = splitFlag(word);
      if (name === null) continue;
      if (value !== null) take(name, value);
      else if (findOption(name)?.value === undefined) values.set(name, []);
      else pending = name;
    }
  }
  const [verb, ...others] = positionals;
  if (verb === null) certain = false;
  return { verb: verb ?? undefined, position: others.length, terminated, pending, flags: new Flags(values), certain };
}

/** `--store=URL` is a name and a value, `-s` a name alone. */
export function splitFlag(word: string): { name: OptionName | null; value: string | null } {
  const [, long, value = null] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
  return { name: allNames().find((name) => name === long || `-${findOption(name)?.short}` === word) ?? null, value };
}

function allNames(): OptionName[] {
  return Object.keys(OPTIONS) as OptionName[]; // Its keys are what OptionName is made of.
}
