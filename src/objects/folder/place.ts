import { CofferError } from "../../errors.js";
import { assertKey } from "../object-key.js";
import { diskName, replacementName } from "./disk-name.js";

// Heads change; the probe must try out what heads need. All else is written once, but purging rewrites commits.
const CHANGING = ["heads", "probe"];
const REWRITABLE = "commits";

/** Where an object is kept. */
export interface Place {
  readonly key: string;
  /** The names on disk, below the root. */
  readonly names: readonly string[];
  /** All but the last. */
  readonly parents: readonly string[];
  /** A folder with a content and a token, which `{ etag }` may replace; otherwise a file. */
  readonly changing: boolean;
  /** For a file that may be rewritten, the folder that then takes its place, beside it; null for all else. */
  readonly replacement: Place | null;
}

/**
 * Where a key's object is kept: which kind it is goes by the key alone. Throws a TypeError for what is no key, and
 * `UNSUPPORTED` for what cannot be kept in a folder.
 */
export function placeOf(key: string): Place {
  assertKey(key);
  const segments = key.split("/");
  const names = segments.map(diskName);
  const changing = isChangingFolder(segments.slice(0, 1));
  if (changing && segments.length !== 2) {
    throw new CofferError("UNSUPPORTED", `a folder store keeps no object at ${key}`, {
      hint: `below ${CHANGING.join("/ and ")}/ it keeps objects one level deep`,
    });
  }
  const place = { key, names, parents: names.slice(0, -1), changing, replacement: null };
  return segments.length > 1 && isRewritableFolder(segments) ? { ...place, replacement: replacementOf(place) } : place;
}

/** Whether the folders in the one at these segments are objects. */
export function isChangingFolder(segments: readonly string[]): boolean {
  return segments.length === 1 && CHANGING.includes(segments[0] ?? "");
}

/** Whether the files in the folder at these segments may be rewritten. */
export function isRewritableFolder(segments: readonly string[]): boolean {
  return segments[0] === REWRITABLE;
}

function replacementOf(place: Place): Place {
  return { ...place, names: [...place.parents, replacementName(place.names.at(-1) ?? "")], changing: true };
}
