import type { BucketObjects } from "../../aws/s3/bucket-objects.js";
import { quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { makeNamedFile, type NamedFile } from "../../run/named-file.js";
import { assertChecksum, assertChecksumLength } from "./checksum.js";
import { folderOf, type Place } from "./layout.js";
import { type ReadUpload, readNewest, showKey } from "./uploads.js";

/** What `-f NAME:PATH:HASH` asks for; null for what it leaves out. */
export interface FileRequest {
  readonly label: string;
  readonly path: string | null;
  readonly checksum: string | null;
}

/** A file that was downloaded, and is what it should be. */
export interface FetchedFile {
  readonly path: string | null;
  readonly bytes: Uint8Array;
}

/** Reads `NAME:PATH[:HASH]`, and `NAME` alone where a path need not be. Throws `INVALID`. */
export function parseFileRequest(argument: string, needs: { readonly path: boolean }): FileRequest {
  const [label = "", path = null, checksum = null, ...more] = argument.split(":");
  const form = needs.path ? "NAME:PATH[:HASH]" : "NAME[:PATH[:HASH]]";
  if (more.length > 0 || path === "" || (path === null && needs.path)) {
    throw new CofferError("INVALID", `${quote(argument)} is not ${form}`);
  }
  if (checksum !== null) {
    if (!/^[0-9a-fA-F]*$/.test(checksum))
      throw new CofferError("INVALID", `the checksum in ${quote(argument)} is none`);
    assertChecksumLength(checksum);
  }
  return { label, path, checksum };
}

/** The newest upload of a place. Throws `NOT_FOUND` where there is none. */
export async function requireNewest(objects: BucketObjects, place: Place, signal: AbortSignal): Promise<ReadUpload> {
  const found = await readNewest(objects, place, signal);
  if (found !== null) return found;
  throw new CofferError("NOT_FOUND", `there is no upload under ${showKey(objects, folderOf(place))}`, {
    hint: "see what there is with `microsecrets-download --list`; look at the bucket, the service and the region",
  });
}

/** Downloads the newest of a file and compares its checksum. */
export async function fetchFile(
  objects: BucketObjects,
  service: string,
  { label, path, checksum }: FileRequest,
  signal: AbortSignal,
): Promise<FetchedFile> {
  const { key, body } = await requireNewest(objects, { service, label }, signal);
  if (checksum !== null) assertChecksum(body, checksum, showKey(objects, key));
  return { path, bytes: body };
}

/**
 * Makes those files that have a path, new and for their owner alone (0600), and acts. Where any of this throws, the files are removed again; else they stay. Throws
 * `CONFLICT` where something has such a path already.
 */
export async function withNewFiles<T>(files: readonly FetchedFile[], act: () => Promise<T>): Promise<T> {
  const made: NamedFile[] = [];
  try {
    for (const { path, bytes } of files) if (path !== null) made.push(makeNamedFile(path, bytes));
    return await act();
  } catch (error) {
    for (const file of made) file.remove();
    throw error;
  }
}
