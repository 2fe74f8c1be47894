import { lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { CofferError } from "../../errors.js";
import { findFolders } from "../../settings/folders.js";
import type { Command, Task } from "../command.js";
import { renderJson, say } from "../output/render.js";
import { findTool, type Tool } from "../tool-table.js";
import { unknownTool } from "./as.js";

/** `coffer link TOOL` */
export const link: Command = {
  arguments: [{ name: "TOOL", help: "a tool that `coffer as` knows" }],
  options: ["dir"],
  notes: [
    "Makes a link of the tool's name to this command, so that scripts that call the tool go on as they are. It stands in ~/.local/bin, or where --dir says, and replaces nothing; on Windows it is a .cmd file.",
  ],
  examples: [["coffer link git-credential --dir ~/bin", "git finds it as the helper `coffer`"]],
  exits: [[4, "something else of that name is there"]],
  json: ["tool", "file", "made"],
  settings: "none",
  run: async (task) => {
    const tool = findTool(task.arguments[0] ?? "");
    if (tool === undefined) throw unknownTool();
    const folder = findFolder(task);
    mkdirSync(folder, { recursive: true });
    const { file, made } = task.world.platform === "win32" ? writeShim(folder, tool) : makeLink(folder, tool);
    if (task.flags.has("json")) await task.world.stdout.write(renderJson({ tool: tool.name, file, made }));
    else await say(task, made ? `${file} is ${tool.name} by Coffer` : `${file} was there already`);
    if (!isOnPath(task, folder)) await say(task, `${folder} is not on the PATH`);
    return 0;
  },
};

function findFolder(task: Task): string {
  const named = task.flags.text("dir");
  if (named !== undefined) return resolve(named);
  const { home } = findFolders(task.world);
  if (home !== null) return join(home, ".local", "bin");
  throw new CofferError("USAGE", "there is no home to make a link in", { hint: "say where with --dir DIR" });
}

function isOnPath({ world }: Task, folder: string): boolean {
  return (world.env.PATH ?? "").split(delimiter).some((each) => each !== "" && resolve(each) === folder);
}

/** To the path by which this command was called, not to what lies behind it: that is another one after an upgrade. */
function makeLink(folder: string, { name, link: called = name }: Tool): { file: string; made: boolean } {
  const file = join(folder, called);
  const target = resolve(process.argv[1] ?? "");
  const there = lstatSync(file, { throwIfNoEntry: false });
  if (there === undefined) {
    symlinkSync(target, file);
    return { file, made: true };
  }
  if (there.isSymbolicLink() && resolve(folder, readlinkSync(file)) === target) return { file, made: false };
  throw isTaken(file);
}

function writeShim(folder: string, { name, link: called = name }: Tool): { file: string; made: boolean } {
  const file = join(folder, `${called}.cmd`);
  const text = `@coffer as ${name} %*\r\n`;
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) {
    writeFileSync(file, text, { flag: "wx" });
    return { file, made: true };
  }
  if (readFileSync(file, "utf8") === text) return { file, made: false };
  throw isTaken(file);
}

function isTaken(file: string): CofferError {
  return new CofferError("CONFLICT", `${file} is there already, and is not this link`, {
    hint: "remove it if it is not needed any more, or choose another folder with --dir",
  });
}
