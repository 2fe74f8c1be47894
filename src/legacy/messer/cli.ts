import { CofferError } from "../../errors.js";
import { parseArgparse, splitCommand } from "../command-line/argparse.js";
import type { ToolWorld } from "../tool-world.js";
import { type Branch, isLeaf, type Leaf, type Words, wordsOf } from "./commands.js";
import { MESSER } from "./grammar.js";
import { helpOf } from "./help.js";

const HELP = { name: "help", flags: ["-h", "--help"] } as const;

/** `messer …`: resolves to its exit code. Throws `USAGE` for what messer would not take either, `UNSUPPORTED` for Azure. */
export async function runMesser(args: readonly string[], world: ToolWorld): Promise<number> {
  let command: Branch | Leaf = MESSER;
  let rest = args;
  const path = ["messer"];
  while (!isLeaf(command)) {
    const { before, command: word, after } = splitCommand(rest, [HELP]);
    if (before.length > 0) return printHelp(world, path, command);
    const next: Branch | Leaf | undefined =
      word !== undefined && Object.hasOwn(command.commands, word) ? command.commands[word] : undefined;
    if (next === undefined) throw noCommand(path, command, word);
    path.push(word ?? "");
    [command, rest] = [next, after];
  }
  if (asksForHelp(rest)) return printHelp(world, path, command);
  return command.run({ world, words: parseWords(rest, command) });
}

function parseWords(args: readonly string[], { options, positionals }: Leaf): Words {
  const words = wordsOf(parseArgparse(args, { options, positionals }));
  const missing = options.find(({ name, required }) => required === true && !words.has(name));
  if (missing === undefined) return words;
  throw new CofferError("USAGE", `${missing.flags[0]} is missing`);
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? args.length : end).some((argument) => /^(?:-h|--h|--he|--hel|--help)$/.test(argument));
}

async function printHelp(world: ToolWorld, path: readonly string[], command: Branch | Leaf): Promise<number> {
  await world.stdout.write(helpOf(path, command));
  return 0;
}

function noCommand(path: readonly string[], { commands }: Branch, word: string | undefined): CofferError {
  const what = word === undefined ? `${path.join(" ")} needs a command` : `${path.join(" ")} has no such command`;
  return new CofferError("USAGE", what, { hint: `it is one of ${Object.keys(commands).join(", ")}` });
}
