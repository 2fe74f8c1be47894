import { CofferError } from "../../errors.js";

// The limit of ext4, XFS, APFS, NTFS and nearly all others.
const MAX_NAME_BYTES = 255;

// What a key's segment may hold but a disk's name may not: capitals, since some disks take `A` for `a`; a dot at the
// end, which Windows drops; and a parenthesis that would read like one of these escapes.
const ESCAPED = /[A-Z]|\.$|\((?=(?:28|2e|4[1-9a-f]|5[0-9a])\))/g;
const ESCAPE = /\((28|2e|4[1-9a-f]|5[0-9a])\)/g;
const SEGMENT = /^[A-Za-z0-9_.\-!()]+$/;

/**
 * The name on disk of a segment of a key: `_`, which keeps it clear of `.`, `..`, `tmp`, devices and hidden files, then
 * the segment, each capital as its code `(xx)`. No two segments share a name, not even on a disk that ignores case.
 * Throws `UNSUPPORTED` when it is longer than disks take.
 */
export function diskName(segment: string): string {
  const name = `_${segment.replace(ESCAPED, (char) => `(${char.charCodeAt(0).toString(16)})`)}`;
  if (name.length <= MAX_NAME_BYTES) return name;
  throw new CofferError("UNSUPPORTED", `a name is too long for a folder store: ${segment}`, {
    hint: `on disk it would have ${name.length} bytes, and ${MAX_NAME_BYTES} are possible: choose a shorter one`,
  });
}

/**
 * The name of the folder that takes the place of the file with this name: no segment's, since those begin with `_`, and
 * no longer than the file's.
 */
export function replacementName(name: string): string {
  return `+${name.slice(1)}`;
}

/** The name of the file whose place a folder named so takes, or null when it takes none's. */
export function replacedName(name: string): string | null {
  return name.startsWith("+") ? `_${name.slice(1)}` : null;
}

/** The segment that has this name on disk, or null when none has: the entry is not ours. */
export function segmentOf(name: string): string | null {
  if (!name.startsWith("_") || name.length > MAX_NAME_BYTES) return null;
  const segment = name.slice(1).replace(ESCAPE, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return SEGMENT.test(segment) && diskName(segment) === name ? segment : null;
}
