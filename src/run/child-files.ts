import { closeSync } from "node:fs";
import { makeNamedFile, type NamedFile } from "./named-file.js";
import { openUnlinkedFile, unlinkedFolders } from "./unlinked-file.js";

/** The first descriptor behind stdin, stdout and stderr. */
export const FIRST_DESCRIPTOR = 3;

/** What a child finds at `path`, or behind its next free descriptor where that is null. */
export interface ChildFile {
  readonly path: string | null;
  readonly bytes: Uint8Array;
}

/** Files that were made for a child. */
export interface MadeFiles {
  /** For the child: its descriptors from `FIRST_DESCRIPTOR` on, in order. */
  readonly descriptors: readonly number[];
  /** Closes them here; the child's stay open. */
  close(): void;
  /** Removes those that have a path and gives what could not be removed. */
  remove(): string[];
  /** Puts other bytes into the file at this path, at one instant. False where the file that was made there is not there any more. Throws `FAILED`. */
  replace(path: string, bytes: Uint8Array): boolean;
}

/** Makes all of them or throws and leaves none: `CONFLICT` where something has such a path already, else `FAILED`. */
export function makeChildFiles(files: readonly ChildFile[]): MadeFiles {
  const named: NamedFile[] = [];
  const descriptors: number[] = [];
  const made: MadeFiles = {
    descriptors,
    close: () => {
      for (const descriptor of descriptors.splice(0)) closeSync(descriptor);
    },
    replace: (path, bytes) => named.find((file) => file.path === path)?.replace(bytes) ?? false,
    remove: () =>
      named
        .splice(0)
        .filter((file) => !file.remove())
        .map(({ path }) => path),
  };
  const folders = unlinkedFolders(process.env.XDG_RUNTIME_DIR, process.platform);
  try {
    for (const { path, bytes } of files) {
      if (path === null) descriptors.push(openUnlinkedFile(bytes, folders));
      else named.push(makeNamedFile(path, bytes));
    }
    return made;
  } catch (error) {
    made.remove();
    made.close();
    throw error;
  }
}
