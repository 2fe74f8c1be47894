import { join } from "node:path";
import { assertPrefix } from "../object-key.js";
import type { Disk } from "./disk.js";
import { diskName, replacedName, segmentOf } from "./disk-name.js";
import { contradiction } from "./failure.js";
import type { Entry } from "./file-system.js";
import { isChangingFolder, isRewritableFolder, placeOf } from "./place.js";
import { isRewritten } from "./replacement.js";

/** Something in a folder that a key goes through or ends at. Of the one that it goes through, the text ends in `/`. */
interface Child {
  readonly segment: string;
  readonly text: string;
}

/**
 * Every key that begins with the prefix, in byte order, reading one folder at a time. What has no name that a key would
 * have (`tmp`, what a file manager or a synchroniser left) is passed over. Throws `INTEGRITY` for a link and the like.
 */
export function* listKeys(disk: Disk, prefix: string): Iterable<string> {
  assertPrefix(prefix);
  // Only what stands before the last slash is complete and can be gone to directly.
  const segments = prefix.split("/").slice(0, -1);
  if (isChangingFolder(segments.slice(0, 1)) && segments.length > 1) return;
  if (disk.folders.exists(segments.map(diskName))) yield* listFolder(disk, segments, prefix);
}

function* listFolder(disk: Disk, segments: readonly string[], prefix: string): Iterable<string> {
  const base = segments.map((segment) => `${segment}/`).join("");
  // All that is below `a/` comes before what follows `a/`, though not what follows `a`: `a-` stands before `a/b`.
  for (const child of childrenIn(disk, segments).sort(byText)) {
    const text = base + child.text;
    if (child.text.endsWith("/")) {
      if (text.startsWith(prefix) || prefix.startsWith(text))
        yield* listFolder(disk, [...segments, child.segment], prefix);
    } else if (text.startsWith(prefix)) {
      yield text;
    }
  }
}

/** An object whose file and the folder that takes its place are both there is one child. */
function childrenIn(disk: Disk, segments: readonly string[]): Child[] {
  const folder = join(disk.folders.root, ...segments.map(diskName));
  const entries = [...(disk.files.entries(folder) ?? [])];
  // A listing is not made at one instant, and one alone may miss both the folder, which came, and its file, which then
  // went. What the first one missed in that way was rewritten before the second.
  if (isRewritableFolder(segments)) entries.push(...(disk.files.entries(folder) ?? []));
  const children = new Map<string, Child>();
  for (const entry of entries) {
    const child = childOf(disk, entry, segments, folder);
    if (child !== null) children.set(child.text, child);
  }
  return [...children.values()];
}

function childOf(disk: Disk, entry: Entry, segments: readonly string[], folder: string): Child | null {
  const replaced = isRewritableFolder(segments) ? replacedName(entry.name) : null;
  const segment = segmentOf(replaced ?? entry.name);
  if (segment === null) return null;
  if (replaced !== null)
    return isRewritten(disk, placeOf([...segments, segment].join("/"))) ? { segment, text: segment } : null;
  const changing = isChangingFolder(segments);
  const isObject = entry.kind === (changing ? "folder" : "file");
  if (isObject) return { segment, text: segment };
  if (entry.kind === "folder") return { segment, text: `${segment}/` };
  throw contradiction(`${join(folder, entry.name)} should be a ${changing ? "folder" : "file or a folder"} and is not`);
}

// Keys are ASCII, so that this is the order of bytes.
function byText(a: Child, b: Child): number {
  return a.text < b.text ? -1 : 1;
}
