import type { Positional } from "../command-line/argparse.js";
import type { Option, Parsed } from "../command-line/option.js";
import type { ToolWorld } from "../tool-world.js";

/** An option or argument with what help says of it. */
export interface Explained {
  readonly help: string;
}

/** A command with all its words. */
export interface Leaf {
  readonly help: string;
  readonly options: readonly (Option & Explained & { readonly required?: true })[];
  readonly positionals: readonly (Positional & Explained)[];
  readonly run: RunCommand;
}

/** Words that are followed by another one. */
export interface Branch {
  readonly help: string;
  readonly commands: Readonly<Record<string, Branch | Leaf>>;
}

/** Resolves to the exit code. */
export type RunCommand = (task: MesserTask) => Promise<number>;

/** A command line that was understood. */
export interface MesserTask {
  readonly world: ToolWorld;
  readonly words: Words;
}

/** What was said, by name. */
export interface Words {
  /** The last value of an option, or an argument; null where it was not given. */
  find(name: string): string | null;
  /** An argument that has to be there. */
  need(name: string): string;
  all(name: string): readonly string[];
  has(name: string): boolean;
}

export function wordsOf({ options, positionals }: Parsed): Words {
  const all = (name: string): readonly string[] => options.get(name) ?? positionals.get(name) ?? [];
  return {
    find: (name) => all(name).at(-1) ?? null,
    need: (name) => all(name).at(-1) ?? "",
    all,
    has: (name) => options.has(name),
  };
}

export function isLeaf(command: Branch | Leaf): command is Leaf {
  return "run" in command;
}
