import { dirname } from "node:path";
import { encodeHex } from "../../core/bytes.js";
import { sha256 } from "../../core/ciphers.js";
import { CofferError } from "../../errors.js";
import type { StoredObject } from "../object-store.js";
import { type Disk, decide, pathOf, vouchFor } from "./disk.js";
import { contradiction, notVouchedFor } from "./failure.js";
import { errorCode } from "./file-system.js";
import type { Place } from "./place.js";
import { isRewritten, removeIfThere, settle } from "./replacement.js";
import { writeNewFile } from "./temporary.js";

// What a file system without hard links answers to link(): FAT and exFAT, some network shares.
const NO_LINKS = ["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK"];

/**
 * Reads an object that is a file. Null when there is none, `"unchanged"` when `unless` is its ETag; throws `INTEGRITY`
 * when something else is in its place.
 */
export function readOnce(disk: Disk, place: Place, unless: string | undefined): StoredObject | "unchanged" | null {
  if (!disk.folders.exists(place.parents)) return null;
  const bytes = disk.files.read(pathOf(disk, place));
  if (bytes === null) return null;
  if (bytes === "not a file") throw contradiction(`${pathOf(disk, place)} should be a file and is a link or a folder`);
  const etag = etagOf(bytes);
  return etag === unless ? "unchanged" : { bytes, etag };
}

/**
 * Makes an object that is a file, if there is none: the content is written and synced under `tmp/`, then the file gets
 * its name in one step, then that name is synced.
 *
 * The step is link() because rename() would overwrite what another writer has just put there. (Where generations of one
 * object are links and old ones are removed, a late writer may link a number that was given before; a key here is
 * given once, and what is removed was never to come back.)
 */
export async function createOnce(
  disk: Disk,
  place: Place,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<{ etag: string } | "refused"> {
  const path = pathOf(disk, place);
  if (disk.folders.exists(place.parents) && isThere(disk, place)) return refuse(disk, place);
  await disk.folders.secure(place.parents);
  const draft = await disk.temporary.path();
  try {
    await writeNewFile(disk.files, draft, bytes);
    signal?.throwIfAborted();
    if (!(await giveName(disk, draft, path))) return await refuse(disk, place);
    if (isTooLate(disk, place)) return await takeBack(disk, place, draft);
    await vouchFor(disk, dirname(path), path);
    return { etag: etagOf(bytes) };
  } finally {
    await disk.temporary.discard(draft);
  }
}

/** Removes an object that is a file, for good. */
export async function deleteOnce(disk: Disk, place: Place): Promise<void> {
  const path = pathOf(disk, place);
  if (!disk.folders.exists(place.parents) || disk.files.status(path) === null) return;
  await removeIfThere(disk, path);
  await disk.files.syncFolder(dirname(path));
}

function isThere(disk: Disk, place: Place): boolean {
  return disk.files.status(pathOf(disk, place)) !== null || isRewritten(disk, place);
}

/**
 * Whether, since the first look, somebody else has created the object, and it was rewritten and its file removed. Ours has
 * that file's name and never counted.
 */
function isTooLate(disk: Disk, place: Place): boolean {
  try {
    return isRewritten(disk, place);
  } catch (error) {
    throw notVouchedFor(pathOf(disk, place), error);
  }
}

async function takeBack(disk: Disk, place: Place, draft: string): Promise<"refused"> {
  const path = pathOf(disk, place);
  if (disk.files.status(path)?.id === disk.files.status(draft)?.id) await removeIfThere(disk, path);
  return refuse(disk, place);
}

async function giveName(disk: Disk, draft: string, path: string): Promise<boolean> {
  const isDraft = (): boolean => {
    const found = disk.files.status(path);
    return found !== null && found.id === disk.files.status(draft)?.id;
  };
  try {
    return await decide(
      () => disk.files.link(draft, path),
      (error) => errorCode(error) === "EEXIST",
      isDraft,
    );
  } catch (error) {
    if (NO_LINKS.includes(errorCode(error) ?? "")) throw noLinks(path, error);
    throw error;
  }
}

/**
 * Who is refused goes on to build on what is there. It may stem from a process that was killed before it synced the
 * name, so that is made up for first.
 */
async function refuse(disk: Disk, place: Place): Promise<"refused"> {
  await disk.folders.secure(place.parents);
  await disk.files.syncFolder(dirname(pathOf(disk, place)));
  await settle(disk, place);
  return "refused";
}

function etagOf(bytes: Uint8Array): string {
  return encodeHex(sha256(bytes));
}

function noLinks(path: string, cause: unknown): CofferError {
  return new CofferError("UNSUPPORTED", `cannot write ${path}: its file system makes no hard links`, {
    hint: "keep the store on a file system that has them (ext4, XFS, Btrfs, ZFS, APFS, NTFS), not on FAT or exFAT",
    cause,
  });
}
