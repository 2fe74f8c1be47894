import { dirname, join } from "node:path";
import type { StoredObject } from "../object-store.js";
import { readChanging } from "./changing.js";
import { deleteChanging, moveFolder, replaceChanging, replaceState } from "./compare-and-set.js";
import { type Disk, pathOf } from "./disk.js";
import { notDestroyed } from "./failure.js";
import type { Place } from "./place.js";
import { destroyReplaced, isRewritten, settle } from "./replacement.js";
import { writeNewFile } from "./temporary.js";
import { ORIGINAL_TOKEN, parseOriginalEtag, type State } from "./token.js";
import { deleteOnce, readOnce } from "./written-once.js";

/** A place whose file may be rewritten. */
export type RewritablePlace = Place & { readonly replacement: Place };

export function isRewritable(place: Place): place is RewritablePlace {
  return place.replacement !== null;
}

/**
 * Reads an object that is a file, or the folder that has taken its place. It also removes what a killed writer should
 * have removed, if it can: whoever destroys a value, is killed and begins again does no more than read here.
 */
export async function readRewritable(
  disk: Disk,
  place: RewritablePlace,
  unless: string | undefined,
): Promise<StoredObject | "unchanged" | null> {
  if (!isRewritten(disk, place)) {
    const original = readOnce(disk, place, unless);
    // Between the two looks it may have been rewritten and its file removed.
    if (original !== null || !isRewritten(disk, place)) return original;
  }
  const found = await readChanging(disk, place.replacement, unless);
  // Who may only read has read all the same.
  await destroyReplaced(disk, place, place.replacement).catch(() => {});
  return found;
}

/**
 * Rewrites an object, if its ETag is still the expected one. The first time, a folder with the token `@0` is put beside
 * its file, which says that the file still counts; from then on the folder is replaced as any changing object is, by
 * renaming the token. When it answers, what was replaced is gone from the disk. Throws `OUTCOME_UNKNOWN` where it is not.
 */
export async function rewrite(
  disk: Disk,
  place: RewritablePlace,
  bytes: Uint8Array,
  etag: string,
  signal: AbortSignal | undefined,
): Promise<{ etag: string } | "refused"> {
  const original = parseOriginalEtag(etag);
  const answer = await (original === null
    ? replaceChanging(disk, place.replacement, bytes, etag, signal)
    : rewriteOriginal(disk, place, bytes, original, signal));
  if (answer === "refused") await settle(disk, place);
  else await destroyOrSay(disk, place);
  return answer;
}

/**
 * Removes an object for good: the file first, since it would count again without the folder. A rewriter that has put a
 * folder beside it looks at the file afterwards, so that one of the two sees the other.
 */
export async function deleteRewritable(disk: Disk, place: RewritablePlace): Promise<void> {
  await deleteOnce(disk, place);
  if (!disk.folders.exists(place.replacement.names)) return;
  // Also where the file was gone: whoever removed it may have been killed before this.
  await disk.files.syncFolder(dirname(pathOf(disk, place)));
  await deleteChanging(disk, place.replacement);
}

async function rewriteOriginal(
  disk: Disk,
  place: RewritablePlace,
  bytes: Uint8Array,
  old: State,
  signal: AbortSignal | undefined,
): Promise<{ etag: string } | "refused"> {
  if (!isStillOriginal(disk, place, old)) return "refused";
  await placeFolder(disk, place);
  // Again, now that whoever deletes the object finds the folder.
  if (!isStillOriginal(disk, place, old)) return "refused";
  return replaceState(disk, place.replacement, bytes, old, signal);
}

function isStillOriginal(disk: Disk, place: Place, old: State): boolean {
  const found = isRewritten(disk, place) ? null : readOnce(disk, place, undefined);
  return found !== null && found !== "unchanged" && found.etag === old.etag;
}

/** Puts a folder beside the file that says that the file counts, unless there is one: another writer's is as good. */
async function placeFolder(disk: Disk, { parents, replacement }: RewritablePlace): Promise<void> {
  if (disk.folders.exists(replacement.names)) return;
  await disk.folders.secure(parents);
  const draft = await disk.temporary.path();
  try {
    await disk.files.makeFolder(draft);
    await writeNewFile(disk.files, join(draft, ORIGINAL_TOKEN), new Uint8Array());
    await disk.files.syncFolder(draft);
    await moveFolder(disk, draft, replacement, ORIGINAL_TOKEN);
  } finally {
    await disk.temporary.discard(draft);
  }
}

async function destroyOrSay(disk: Disk, place: RewritablePlace): Promise<void> {
  try {
    await destroyReplaced(disk, place, place.replacement);
  } catch (error) {
    throw notDestroyed(pathOf(disk, place), error);
  }
}
