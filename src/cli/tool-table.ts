import type { RunTool } from "../legacy/tool-world.js";
import type { Task } from "./command.js";
import { openToolWorld } from "./tool-world.js";

/** A command line of somebody else's that we answer: `coffer as NAME`, or a link of its name. */
export interface Tool {
  readonly name: string;
  /** What a link to it is called, where that is not its name. */
  readonly link?: string;
  readonly summary: string;
  /** Gets its arguments as `task.rest`, byte for byte. Resolves to the exit code. */
  readonly run: (task: Task) => Promise<number>;
  /** What its users know as exit codes of failures; without it 2 for what was asked wrongly, and 1 for the rest. */
  readonly exitCodeOf?: (error: unknown) => number;
}

/** Every one there is, in the order of help. Only the one that runs is loaded. */
export const TOOLS: readonly Tool[] = [];

/** An older tool, which knows nothing of our settings. */
export function olderTool(load: () => Promise<RunTool>): Tool["run"] {
  return async (task) => (await load())(task.rest, openToolWorld(task));
}

/** The tool of this name. */
export function findTool(name: string): Tool | undefined {
  return TOOLS.find((tool) => tool.name === name);
}

/** The tool whose link a program's path is; a link on Windows has an ending. */
export function findToolByLink(path: string): Tool | undefined {
  const called = path.replace(/^.*[/\\]/, "").replace(/\.(?:cmd|exe|ps1)$/i, "");
  return TOOLS.find(({ name, link = name }) => link === called);
}
