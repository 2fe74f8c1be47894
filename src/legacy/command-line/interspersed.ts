import { CofferError } from "../../errors.js";
import { Collected, matchOption, type Option, type Spelling, splitCluster, unknownOption } from "./option.js";

/** What was said: options by name, and everything else in order. */
export interface Interspersed {
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
}

/**
 * Reads arguments as Python's optparse does (with `abbreviations`), and click (without): options stand anywhere before `--`, and take the next argument as their value
 * whatever it looks like. Throws `USAGE`, in words that repeat no value. https://docs.python.org/2.7/library/optparse.html
 */
export function parseInterspersed(
  args: readonly string[],
  options: readonly Option[],
  spelling: Spelling,
): Interspersed {
  const found = new Collected();
  const rest: string[] = [];
  const waiting = [...args];
  for (let argument = waiting.shift(); argument !== undefined; argument = waiting.shift()) {
    if (argument === "--") return { options: found.options, rest: [...rest, ...waiting] };
    const match = matchOption(argument, options, spelling);
    if (match === null) rest.push(argument);
    else takeOption(argument, argument.startsWith("--") ? [match] : splitCluster(match, options), waiting, found);
  }
  return { options: found.options, rest };
}

function takeOption(
  argument: string,
  cluster: ReturnType<typeof splitCluster>,
  waiting: string[],
  found: Collected,
): void {
  if (cluster === null) throw unknownOption(argument);
  for (const { option, inline } of cluster) {
    if (option === null) throw unknownOption(argument);
    if (option.takes === undefined) {
      if (inline !== undefined) throw new CofferError("USAGE", `${option.flags[0]} takes no value`);
      found.add(option, []);
      continue;
    }
    const value = inline ?? waiting.shift();
    if (value === undefined) throw new CofferError("USAGE", `${option.flags[0]} needs a value`);
    found.add(option, [value]);
  }
}
