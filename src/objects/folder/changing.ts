import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { StoredObject } from "../object-store.js";
import { type Disk, pathOf } from "./disk.js";
import { contradiction } from "./failure.js";
import type { Place } from "./place.js";
import { isContentOf, type State, stateOfContent, stateOfToken, tokenName } from "./token.js";

// A look fails when a writer moves the token between two steps of it. Waiting 1, 2, 4 … ms between looks, these take
// half a second: nobody loses so often to writers that wait for a disk each time.
const LOOKS = 10;

/**
 * Reads an object that is a folder with a token and a content. Null when there is none; `"unchanged"`, without reading
 * the content, when `unless` is its ETag. Throws `INTEGRITY` when the folder makes no sense for longer than a writer
 * could be the reason.
 */
export async function readChanging(
  disk: Disk,
  place: Place,
  unless: string | undefined,
): Promise<StoredObject | "unchanged" | null> {
  let before: readonly string[] = [];
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await wait(2 ** (look - 1));
    const names = namesIn(disk, place);
    if (names === null) return null;
    const states = statesIn(names);
    const [state] = states;
    if (state !== undefined && states.length === 1) {
      if (state.etag === unless) return "unchanged";
      const bytes = contentIn(disk, place, names, state);
      if (bytes !== null) return { bytes, etag: state.etag };
    }
    assertNotTheSameTwo(place, before, states.map(tokenName));
    before = states.map(tokenName);
  }
  throw contradiction(`${place.key} cannot be read: ${pathOf(disk, place)} holds no token with its content`);
}

/** Every name in the object's folder; null when there is no object. Throws `INTEGRITY` when it is no folder. */
export function namesIn(disk: Disk, place: Place): readonly string[] | null {
  if (!disk.folders.exists(place.names)) return null;
  return disk.files.entries(pathOf(disk, place))?.map(({ name }) => name) ?? null;
}

/** The states whose tokens are among the names. */
export function statesIn(names: readonly string[]): readonly State[] {
  return names.map(stateOfToken).filter((state) => state !== null);
}

/**
 * The content of a state, or null when it is not there (any more). Of several files that bear its name, all but one are those of
 * writers that lost, and one that is still being written has other content.
 */
function contentIn(disk: Disk, place: Place, names: readonly string[], state: State): Uint8Array | null {
  for (const name of names.filter((candidate) => stateOfContent(candidate)?.etag === state.etag)) {
    const bytes = disk.files.read(join(pathOf(disk, place), name));
    if (bytes === "not a file") throw contradiction(`${join(pathOf(disk, place), name)} is not a file`);
    if (bytes !== null && isContentOf(state, bytes)) return bytes;
  }
  return null;
}

/**
 * A listing that is not made at one instant may show a token under both its old and its new name. The next listing
 * cannot show that old one again: it was gone before.
 */
function assertNotTheSameTwo(place: Place, before: readonly string[], now: readonly string[]): void {
  if (now.filter((name) => before.includes(name)).length < 2) return;
  throw contradiction(`${place.key} has two states at once: ${now.join(" and ")}`);
}
