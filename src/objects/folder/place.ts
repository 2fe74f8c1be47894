import { CofferError } from "../../errors.js";
import { assertKey } from "../object-key.js";
import { diskName } from "./disk-name.js";

// Heads change; the probe must try out what heads need. All else is written once.
const CHANGING = ["heads", "probe"];

/** Where an object is kept. */
export interface Place {
  readonly key: string;
  /** The names on disk, below the root. */
  readonly names: readonly string[];
  /** All but the last. */
  readonly parents: readonly string[];
  /** A folder with a content and a token, which `{ etag }` may replace; otherwise a file. */
  readonly changing: boolean;
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
  return { key, names, parents: names.slice(0, -1), changing };
}

/** Whether the folders in the one at these segments are objects. */
export function isChangingFolder(segments: readonly string[]): boolean {
  return segments.length === 1 && CHANGING.includes(segments[0] ?? "");
}
