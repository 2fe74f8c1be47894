import { lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { CofferError } from "../errors.js";
import { findFolders } from "../settings/folders.js";
import type { Task } from "./command.js";
import type { Tool } from "./tool-table.js";

/** Where links are made: the folder that is named, else ~/.local/bin. Throws `USAGE` where there is no home. */
export function findLinkFolder({ flags, world }: Pick<Task, "flags" | "world">): string {
  const named = flags.text("dir");
  if (named !== undefined) return resolve(named);
  const { home } = findFolders(world);
  if (home !== null) return join(home, ".local", "bin");
  throw new CofferError("USAGE", "there is no home to make a link in", { hint: "say where with --dir DIR" });
}

/** True where commands in this folder are found by their name. */
export function isOnPath({ world }: Pick<Task, "world">, folder: string): boolean {
  return (world.env.PATH ?? "").split(delimiter).some((each) => each !== "" && resolve(each) === folder);
}

/**
 * Makes the tool's name mean Coffer: a symbolic link, on Windows a `.cmd`. `made` is false where it was there. Throws `CONFLICT` where something else of
 * that name is.
 */
export function makeLink(
  { world }: Pick<Task, "world">,
  folder: string,
  tool: Tool,
): { readonly file: string; readonly made: boolean } {
  mkdirSync(folder, { recursive: true });
  return world.platform === "win32" ? writeShim(folder, tool) : makeSymlink(folder, tool);
}

/** To the path by which this command was called, not to what lies behind it: that is another one after an upgrade. */
function makeSymlink(folder: string, { name, link = name }: Tool): { file: string; made: boolean } {
  const file = join(folder, link);
  const target = resolve(process.argv[1] ?? "");
  const there = lstatSync(file, { throwIfNoEntry: false });
  if (there === undefined) {
    symlinkSync(target, file);
    return { file, made: true };
  }
  if (there.isSymbolicLink() && resolve(folder, readlinkSync(file)) === target) return { file, made: false };
  throw isTaken(file);
}

function writeShim(folder: string, { name, link = name }: Tool): { file: string; made: boolean } {
  const file = join(folder, `${link}.cmd`);
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
