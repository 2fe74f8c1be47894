import { dirname, join } from "node:path";
import { namesIn } from "./changing.js";
import { type Disk, decide, pathOf, vouchFor } from "./disk.js";
import { errorCode } from "./file-system.js";
import type { Place } from "./place.js";
import { writeNewFile } from "./temporary.js";
import { newContentName, parseEtag, type State, stateAfter, stateOfContent, stateOfToken, tokenName } from "./token.js";

/**
 * Makes a changing object, if there is none: its folder is built and synced under `tmp/`, then renamed into place, which
 * fails where another one stands that is not empty; and ours never are.
 */
export async function createChanging(
  disk: Disk,
  place: Place,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<{ etag: string } | "refused"> {
  if (disk.folders.exists(place.names)) return "refused";
  await disk.folders.secure(place.parents);
  const state = stateAfter(null, bytes);
  const contentName = newContentName(state);
  const draft = await disk.temporary.path();
  try {
    await buildFolder(disk, draft, state, contentName, bytes);
    signal?.throwIfAborted();
    if (!(await moveFolder(disk, draft, place, contentName))) return "refused";
    await vouchFor(disk, dirname(pathOf(disk, place)), pathOf(disk, place));
    return { etag: state.etag };
  } finally {
    await disk.temporary.discard(draft);
  }
}

/**
 * Replaces a changing object, if its ETag is still the expected one: the new content is written and synced beside the
 * old one, then the token is renamed from the old state to the new one, which fails where the old token is gone.
 */
export async function replaceChanging(
  disk: Disk,
  place: Place,
  bytes: Uint8Array,
  etag: string,
  signal: AbortSignal | undefined,
): Promise<{ etag: string } | "refused"> {
  const old = parseEtag(etag);
  return old === null ? "refused" : replaceState(disk, place, bytes, old, signal);
}

/** Does what `replaceChanging` does, where the object is still in that state. */
export async function replaceState(
  disk: Disk,
  place: Place,
  bytes: Uint8Array,
  old: State,
  signal: AbortSignal | undefined,
): Promise<{ etag: string } | "refused"> {
  if (!disk.folders.exists(place.names)) return "refused";
  const folder = pathOf(disk, place);
  if (disk.files.status(join(folder, tokenName(old))) === null) return "refused";
  // Not `secure`: where somebody has just removed the object, an empty folder would be in its place.
  await disk.folders.keep(place.names);
  const state = stateAfter(old, bytes);
  const content = join(folder, newContentName(state));
  let taken = false;
  try {
    await writeNewFile(disk.files, content, bytes);
    await disk.files.syncFolder(folder);
    signal?.throwIfAborted();
    taken = await moveToken(disk, folder, old, state);
  } catch (error) {
    // Somebody has removed the object meanwhile.
    if (errorCode(error) !== "ENOENT" || disk.folders.exists(place.names)) throw error;
  } finally {
    if (!taken) await discardContent(disk, folder, content, state);
  }
  if (!taken) return "refused";
  await vouchFor(disk, folder, folder);
  await removeOldContents(disk, place, content, state);
  return { etag: state.etag };
}

/** Removes a changing object in one step, for good. */
export async function deleteChanging(disk: Disk, place: Place): Promise<void> {
  if (!disk.folders.exists(place.names)) return;
  const taken = await disk.temporary.path();
  try {
    await disk.files.rename(pathOf(disk, place), taken);
  } catch (error) {
    if (errorCode(error) !== "ENOENT" || disk.folders.exists(place.names)) throw error;
  }
  // The change is one of both folders, and disks differ in which of them they remember it by.
  await disk.files.syncFolder(dirname(taken));
  await disk.files.syncFolder(dirname(pathOf(disk, place)));
  await disk.temporary.discard(taken);
}

async function buildFolder(
  disk: Disk,
  folder: string,
  state: State,
  contentName: string,
  bytes: Uint8Array,
): Promise<void> {
  await disk.files.makeFolder(folder);
  await writeNewFile(disk.files, join(folder, contentName), bytes);
  await writeNewFile(disk.files, join(folder, tokenName(state)), new Uint8Array());
  await disk.files.syncFolder(folder);
}

/** Moves a folder into an object's place, unless one stands there. `fileName` is in it, and in no other's. */
export function moveFolder(disk: Disk, draft: string, place: Place, fileName: string): Promise<boolean> {
  const path = pathOf(disk, place);
  return decide(
    () => disk.files.rename(draft, path),
    // Windows says EPERM for ENOTEMPTY.
    (error) => ["ENOTEMPTY", "EEXIST"].includes(errorCode(error) ?? "") || disk.files.status(path)?.kind === "folder",
    () => disk.files.status(join(path, fileName)) !== null,
  );
}

function moveToken(disk: Disk, folder: string, old: State, state: State): Promise<boolean> {
  return decide(
    () => disk.files.rename(join(folder, tokenName(old)), join(folder, tokenName(state))),
    (error) => errorCode(error) === "ENOENT",
    // With ENOENT it is another writer's that has put equal bytes, or ours after a lost answer: no telling which.
    (error) => errorCode(error) !== "ENOENT" && disk.files.status(join(folder, tokenName(state))) !== null,
  );
}

/** Takes back what this put wrote, unless it may be what the token names. What stays is removed by the next writer. */
async function discardContent(disk: Disk, folder: string, content: string, state: State): Promise<void> {
  try {
    if (disk.files.status(join(folder, tokenName(state))) === null) await disk.files.removeFile(content);
  } catch {
    // The put has its outcome already.
  }
}

/**
 * Removes the contents of states up to this one, but for its own: the state before, and what killed writers left. No
 * writer can still need them, at whatever age: sequences only rise, so that the token it would have to move is gone.
 * Should somebody have removed the object and made it anew, its sequence is lower, and nothing of it is touched.
 */
async function removeOldContents(disk: Disk, place: Place, content: string, state: State): Promise<void> {
  try {
    const names = namesIn(disk, place) ?? [];
    if (!names.some((name) => (stateOfToken(name)?.sequence ?? 0) >= state.sequence)) return;
    for (const name of names) {
      const path = join(pathOf(disk, place), name);
      const sequence = stateOfContent(name)?.sequence ?? Number.POSITIVE_INFINITY;
      if (sequence <= state.sequence && path !== content) await disk.files.removeFile(path);
    }
  } catch {
    // The put has happened. The next one removes what this one could not.
  }
}
