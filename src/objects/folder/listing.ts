import { join } from "node:path";
import { assertPrefix } from "../object-key.js";
import type { Disk } from "./disk.js";
import { diskName, segmentOf } from "./disk-name.js";
import { contradiction } from "./failure.js";
import type { Entry } from "./file-system.js";
import { isChangingFolder } from "./place.js";

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
  const folder = join(disk.folders.root, ...segments.map(diskName));
  const base = segments.map((segment) => `${segment}/`).join("");
  const changing = isChangingFolder(segments);
  const children = (disk.files.entries(folder) ?? []).map((entry) => childOf(entry, folder, changing));
  // All that is below `a/` comes before what follows `a/`, though not what follows `a`: `a-` stands before `a/b`.
  for (const child of children.filter((found) => found !== null).sort(byText)) {
    const text = base + child.text;
    if (child.text.endsWith("/")) {
      if (text.startsWith(prefix) || prefix.startsWith(text))
        yield* listFolder(disk, [...segments, child.segment], prefix);
    } else if (text.startsWith(prefix)) {
      yield text;
    }
  }
}

function childOf(entry: Entry, folder: string, changing: boolean): Child | null {
  const segment = segmentOf(entry.name);
  if (segment === null) return null;
  const isObject = entry.kind === (changing ? "folder" : "file");
  if (isObject) return { segment, text: segment };
  if (entry.kind === "folder") return { segment, text: `${segment}/` };
  throw contradiction(`${join(folder, entry.name)} should be a ${changing ? "folder" : "file or a folder"} and is not`);
}

// Keys are ASCII, so that this is the order of bytes.
function byText(a: Child, b: Child): number {
  return a.text < b.text ? -1 : 1;
}
