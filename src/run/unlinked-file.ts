import { closeSync, fchmodSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { CofferError } from "../errors.js";

/** Where such files are made: in memory if there is such a place, else on disk. Best first. */
export function unlinkedFolders(runtime: string | undefined, platform: NodeJS.Platform): string[] {
  const own = runtime !== undefined && isAbsolute(runtime) ? [runtime] : [];
  return [...own, ...(platform === "linux" ? ["/dev/shm"] : []), tmpdir()];
}

/**
 * Opens a file that no folder lists, holding exactly these bytes: for reading only, from its beginning. It is gone when
 * the last process that has it open closes it, however that ends. It has lost its name before the first byte is
 * written; a process killed just then leaves an empty file, or an empty folder.
 *
 * Linux opens `/dev/fd/N` anew, from the beginning and with a look at who asks: a child that has become another user
 * reads N itself. Elsewhere `/dev/fd/N` is N, with its position.
 *
 * The first folder that can take it does. Throws `FAILED` when none can.
 */
export function openUnlinkedFile(bytes: Uint8Array, folders: readonly string[]): number {
  let cause: unknown;
  for (const folder of folders) {
    try {
      return openIn(folder, bytes);
    } catch (error) {
      cause = error;
    }
  }
  throw new CofferError("FAILED", `cannot make a file for the program in ${folders.join(" or ")}`, {
    hint: "see whether there is space left, or set TMPDIR",
    cause,
  });
}

function openIn(folder: string, bytes: Uint8Array): number {
  const { writable, readable } = openTwice(folder);
  try {
    writeFileSync(writable, bytes);
    return readable;
  } catch (error) {
    closeSync(readable);
    throw error;
  } finally {
    closeSync(writable);
  }
}

function openTwice(folder: string): { writable: number; readable: number } {
  // A folder of our own (0700): nobody else can put anything in the file's place before it is opened again.
  const own = mkdtempSync(join(folder, "coffer-"));
  let writable: number | undefined;
  try {
    const path = join(own, "file");
    writable = openSync(path, "wx", 0o600);
    // Whatever the umask says.
    if (process.platform !== "win32") fchmodSync(writable, 0o600);
    return { writable, readable: openSync(path, "r") };
  } catch (error) {
    if (writable !== undefined) closeSync(writable);
    throw error;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}
