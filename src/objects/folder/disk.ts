import { join } from "node:path";
import { notVouchedFor } from "./failure.js";
import type { FileSystem } from "./file-system.js";
import type { Folders } from "./folders.js";
import type { Place } from "./place.js";
import type { Temporary } from "./temporary.js";

/** What the two kinds of objects stand on. */
export interface Disk {
  readonly files: FileSystem;
  readonly folders: Folders;
  readonly temporary: Temporary;
}

/** The file or folder of an object. */
export function pathOf(disk: Disk, place: Place): string {
  return join(disk.folders.root, ...place.names);
}

/**
 * Takes the one step by which a put happens. False when it was lost to another writer.
 *
 * The answer of the step alone is not believed: over a network it may say "failed" of a step that was taken, for
 * instance when an answer was lost and the step repeated. So `taken` looks for what this step, and no other, leaves.
 */
export async function decide(
  step: () => Promise<void>,
  lost: (error: unknown) => boolean,
  taken: (error: unknown) => boolean,
): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (error) {
    if (taken(error)) return true;
    if (lost(error)) return false;
    throw error;
  }
}

/** After the deciding step: returns when the disk has it for good. Throws `OUTCOME_UNKNOWN` when the disk does not say so. */
export async function vouchFor(disk: Disk, folder: string, path: string): Promise<void> {
  try {
    await disk.files.syncFolder(folder);
  } catch (error) {
    throw notVouchedFor(path, error);
  }
}
