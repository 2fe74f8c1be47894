import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CofferError } from "../../errors.js";
import { findFolders } from "../folders.js";
import type { Lookup, Tell } from "../lookup.js";
import { isMissing, isSeen, readFileBytes } from "../read-bytes.js";
import type { Project } from "./project.js";

export const PROJECT_FILE_NAME = "coffer.toml";
const MAX_PROJECT_BYTES = 65_536;

/** A `coffer.toml` that lies in a folder, or why it cannot be one. */
export interface ProjectFile {
  readonly file: string;
  readonly content: Uint8Array | { readonly fault: string };
}

/**
 * The project that counts: the file that `--project` names, else the nearest `coffer.toml` upwards, if it is trusted. One that is not is told
 * and left alone, for it may be anybody's. Throws `ACCESS_DENIED` for one that has changed since it was trusted (to go on without
 * what it said could mean another store), `INVALID` for what is no project file.
 */
export async function findProject({ flags, world }: Omit<Lookup, "sources">, tell: Tell): Promise<Project | null> {
  const named = flags.text("project");
  if (named !== undefined) return parse(await readFileBytes(named, MAX_PROJECT_BYTES, world.signal), named);
  const found = findUpwards(workingFolder());
  if (found === null) return null;
  const { file, content } = found;
  const { trust } = findFolders(world);
  // Loaded where there is something to trust.
  const { digestOf, findTrust } = await import("./trust.js");
  const trusted = trust === null ? null : findTrust(trust, file);
  if (content instanceof Uint8Array && trusted === digestOf(content)) return parse(content, file);
  if (trusted !== null) throw changed(file);
  const state = content instanceof Uint8Array ? "that is not trusted: see it, then `coffer trust`" : content.fault;
  await tell(`there is a coffer.toml at ${dirname(file)} ${state}`);
  return null;
}

/** The nearest `coffer.toml`, from this folder upwards. */
export function findUpwards(folder: string | null): ProjectFile | null {
  for (let here = folder; here !== null; here = dirname(here) === here ? null : dirname(here)) {
    const found = readProjectFile(here);
    if (found !== null) return found;
  }
  return null;
}

/** The `coffer.toml` of this very folder; null where there is none. */
export function readProjectFile(folder: string): ProjectFile | null {
  const file = join(folder, PROJECT_FILE_NAME);
  if (isMissing(file)) return null;
  try {
    const content = readPlainFile(file);
    return content === null ? null : { file, content };
  } catch (error) {
    switch (error instanceof Error && "code" in error ? error.code : undefined) {
      case "ENOENT":
      case "ENOTDIR":
        return null;
      case "ELOOP":
      case "EMLINK":
        return { file, content: { fault: "that is a symbolic link, and is not used" } };
      default:
        // A folder that may not be entered need not have one.
        return isSeen(file) ? { file, content: { fault: "that cannot be read" } } : null;
    }
  }
}

/** Null where the folder one stood in is gone. */
export function workingFolder(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

async function parse(content: Uint8Array, file: string): Promise<Project> {
  return (await import("./project.js")).parseProject(content, file);
}

/** Not through a link, which could lead anywhere, nor waiting at a pipe. */
function readPlainFile(file: string): Uint8Array | { fault: string } | null {
  // Windows has neither of these flags, so there a look before is all that can be had.
  if (constants.O_NOFOLLOW === undefined && lstatSync(file).isSymbolicLink())
    return { fault: "that is a symbolic link, and is not used" };
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) return null;
    if (status.size > MAX_PROJECT_BYTES) return { fault: `that is longer than ${MAX_PROJECT_BYTES} bytes` };
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function changed(file: string): CofferError {
  return new CofferError("ACCESS_DENIED", `${file} has changed since you trusted it`, {
    hint: "see what it says now, then `coffer trust`; or `coffer trust --remove`, to go on without it",
  });
}
