import { dirname, join } from "node:path";
import { namesIn, statesIn } from "./changing.js";
import { type Disk, pathOf } from "./disk.js";
import { errorCode } from "./file-system.js";
import type { Place } from "./place.js";
import { ORIGINAL_TOKEN, type State, stateOfContent } from "./token.js";

/**
 * Whether the folder beside a file counts in its place. Once it does, the file counts no more, and neither does one that
 * a late writer links to its name.
 */
export function isRewritten(disk: Disk, { replacement }: Place): boolean {
  const names = replacement && namesIn(disk, replacement);
  // Where a listing has no token at all, the first one was being renamed.
  return names !== null && !names.includes(ORIGINAL_TOKEN);
}

/** Returns when no power failure can undo a rewriting that can be seen, and what it replaced is gone from the disk. */
export async function settle(disk: Disk, place: Place): Promise<void> {
  if (place.replacement === null || !isRewritten(disk, place)) return;
  await syncNames(disk, place.replacement);
  await destroyReplaced(disk, place, place.replacement);
}

/**
 * Removes the file that was rewritten, and contents of states before the present one. There are some where a writer was
 * killed; what the new content was to destroy would stay for good otherwise, since nobody needs to write it again.
 */
export async function destroyReplaced(disk: Disk, place: Place, replacement: Place): Promise<void> {
  const paths = replacedPaths(disk, place, replacement);
  if (paths.length === 0) return;
  // That writer may not have come so far that the disk has what counts now for good.
  await syncNames(disk, replacement);
  for (const path of paths) await removeIfThere(disk, path);
  await syncNames(disk, replacement);
}

function replacedPaths(disk: Disk, place: Place, replacement: Place): string[] {
  const names = namesIn(disk, replacement) ?? [];
  const [state, another] = statesIn(names);
  if (state === undefined || another !== undefined) return [];
  const contents = names.filter((name) => isReplaced(name, state)).map((name) => join(pathOf(disk, replacement), name));
  const original = pathOf(disk, place);
  return disk.files.status(original) === null ? contents : [...contents, original];
}

/** Whether it is the content of another state that was, or never came to be: a sequence is not given twice. */
function isReplaced(name: string, state: State): boolean {
  const found = stateOfContent(name);
  return found !== null && found.sequence <= state.sequence && found.etag !== state.etag;
}

/** Removes a file; another one may be faster. */
export async function removeIfThere(disk: Disk, path: string): Promise<void> {
  try {
    await disk.files.removeFile(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT" || disk.files.status(path) !== null) throw error;
  }
}

async function syncNames(disk: Disk, replacement: Place): Promise<void> {
  await disk.files.syncFolder(pathOf(disk, replacement));
  await disk.files.syncFolder(dirname(pathOf(disk, replacement)));
}
