import type { BucketObject } from "../../aws/s3/bucket-objects.js";
import { compareText, encodeUtf8 } from "../../core/bytes.js";
import { quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { parsePythonInt } from "../python-text/python-int.js";
import { DEFAULT_DIGEST, encodeBase64, type SealedItem, wrappedKeyOf } from "../sealed-item.js";

/** A version of a secret, as its object's key says it. */
export interface Place {
  /** Any text; slashes are part of it. */
  readonly name: string;
  /** Verbatim: `1`, `007`, `rel`, or empty. */
  readonly version: string;
}

/** What is known of a version without opening it. */
export interface Entry extends Place {
  readonly lastModified: Date;
}

/** What an object is made of. */
export interface SealedVersion {
  readonly wrapped: Uint8Array;
  readonly sealed: SealedItem;
}

/** `[PREFIX/]NAME/VERSION`; `prefix` is empty or ends with a slash. */
export function keyOf(prefix: string, { name, version }: Place): string {
  return `${prefix}${name}/${version}`;
}

/** The opposite: what stands behind the last slash is the version. Null for a key that is none of creds3's: below another prefix, or without a slash. */
export function parseKey(prefix: string, key: string): Place | null {
  const bare = key.startsWith(prefix) ? key.slice(prefix.length) : "";
  const slash = bare.lastIndexOf("/");
  return slash < 0 ? null : { name: bare.slice(0, slash), version: bare.slice(slash + 1) };
}

/** The object that creds3 writes: the ciphertext in base64 as its body, the rest as metadata. */
export function encodeVersion({ wrapped, sealed }: SealedVersion): Pick<BucketObject, "body" | "metadata"> {
  const { contents, hmac, digest } = sealed;
  return { body: encodeUtf8(contents), metadata: { key: encodeBase64(wrapped), hmac, digest } };
}

/** Takes an object apart that creds3 wrote, any release of it. Throws `INTEGRITY` where something is missing. */
export function parseVersion({ body, metadata }: Pick<BucketObject, "body" | "metadata">, place: Place): SealedVersion {
  const what = showVersion(place);
  const { key, hmac, digest = DEFAULT_DIGEST } = metadata;
  if (key === undefined || hmac === undefined) throw incomplete(what, key === undefined ? "key" : "hmac");
  // creds3 reads the body as bytes, and passes over whatever is no base64.
  const contents = Buffer.from(body)
    .toString("latin1")
    .replace(/[\x80-\xff]/g, "");
  return { wrapped: wrappedKeyOf(key, what), sealed: { contents, hmac, digest } };
}

/** As errors call it. */
export function showVersion({ name, version }: Place): string {
  return `version ${quote(version)} of ${quote(name)}`;
}

/**
 * Above zero where the first is the later one of a secret's versions: the object that was written last, as creds3 has it. Times have seconds on S3; of one second the highest number
 * counts, where creds3 takes what sorts first.
 */
export function compareAge(a: Entry, b: Entry): number {
  return a.lastModified.getTime() - b.lastModified.getTime() || compareVersions(a.version, b.version);
}

/** The order of versions by themselves: texts in byte order, then numbers by value. */
export function compareVersions(a: string, b: string): number {
  const [first, second] = [parsePythonInt(a), parsePythonInt(b)];
  if (first !== null && second !== null && first !== second) return first > second ? 1 : -1;
  if ((first === null) !== (second === null)) return first === null ? -1 : 1;
  return compareText(a, b);
}

/** The version behind the latest one; null: there is none yet. Throws `CONFLICT` where the latest is no number. */
export function nextVersion(name: string, latest: string | null): string {
  if (latest === null) return "1";
  const number = parsePythonInt(latest);
  if (number !== null) return String(number + 1n);
  throw new CofferError(
    "CONFLICT",
    `the version of ${quote(name)} cannot be counted up: the current one, ${quote(latest)}, is no number`,
    { hint: "say which version it is to be" },
  );
}

function incomplete(what: string, part: string): CofferError {
  return new CofferError("INTEGRITY", `${what} has no ${part} in its metadata`, {
    hint: "somebody else put it there, or its metadata was lost in copying: restore it from a copy, or store the value again",
  });
}
