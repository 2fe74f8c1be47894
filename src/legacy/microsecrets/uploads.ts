import type { DataKeys } from "../../aws/kms/data-keys.js";
import type { BucketObject, BucketObjects } from "../../aws/s3/bucket-objects.js";
import { compareText, encodeHex } from "../../core/bytes.js";
import { sha256 } from "../../core/ciphers.js";
import { CofferError, isCofferError } from "../../errors.js";
import { folderOf, idIn, keyOf, nextUploadId, type Place } from "./layout.js";

/** How often what is newest is looked for again, when it is gone as soon as it was found. */
const MAX_TRIES = 5;

/** An upload that was read. */
export interface ReadUpload {
  readonly id: string;
  readonly key: string;
  readonly body: Uint8Array;
}

/** What is uploaded, and how. */
export interface NewUpload {
  readonly place: Place;
  readonly body: Uint8Array;
  readonly now: Date;
  /** The id of the upload behind which it goes; null where there is none. */
  readonly newest: string | null;
  /** As KMS describes it. */
  readonly kmsKey: string;
}

/** The ids of all uploads of a place, oldest first. */
export async function listUploads(objects: BucketObjects, place: Place, signal?: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  for await (const { key } of objects.list(folderOf(place), { signal })) {
    const id = idIn(place, key);
    if (id !== null) ids.push(id);
  }
  return ids.sort(compareText);
}

/** The newest upload of a place, or null where there is none. 2 requests, and 1 more for each 1,000 uploads. */
export async function readNewest(
  objects: BucketObjects,
  place: Place,
  signal?: AbortSignal,
): Promise<ReadUpload | null> {
  for (let tries = 1; ; tries++) {
    const id = (await listUploads(objects, place, signal)).at(-1);
    if (id === undefined) return null;
    const found = await readUpload(objects, place, id, signal);
    if (found !== null) return found;
    if (tries === MAX_TRIES) throw gone(objects, keyOf(place, id));
  }
}

/** One upload, or null where there is none of this id. */
export async function readUpload(
  objects: BucketObjects,
  place: Place,
  id: string,
  signal?: AbortSignal,
): Promise<ReadUpload | null> {
  const key = keyOf(place, id);
  const object: BucketObject | null = await objects.get(key, signal);
  return object === null ? null : { id, key, body: object.body };
}

/** Puts an upload under a name of its own, behind the newest, and gives its id. Throws `CONFLICT` where no name is behind that. */
export async function putUpload(objects: BucketObjects, upload: NewUpload, signal?: AbortSignal): Promise<string> {
  const { place, body, now, kmsKey } = upload;
  const digest = encodeHex(sha256(body));
  let { newest } = upload;
  for (let tries = 1; ; tries++) {
    const id = nextUploadId(now, digest, newest);
    if (id === null) throw noName(objects, keyOf(place, newest ?? ""));
    const type = place.label === null ? { contentType: "application/json" } : {};
    const outcome = await objects.put(
      keyOf(place, id),
      body,
      { ifNoneMatch: true, acl: "private", kmsKey, ...type },
      signal,
    );
    if (outcome === "done") return id;
    if (tries === MAX_TRIES) throw noName(objects, keyOf(place, id));
    // The same bytes in the same second.
    newest = id;
  }
}

/** The key that S3 is to encrypt with, as `microsecrets` names it: by its id, where an alias or an id was given. Throws `NOT_FOUND`. */
export async function findKmsKey(
  keys: DataKeys,
  service: string,
  wanted: string | undefined,
  signal?: AbortSignal,
): Promise<string> {
  const name = wanted ?? `alias/microsecrets-${service}`;
  const arn = await keys.describe(name, signal);
  if (arn !== null) return name.startsWith("arn:") ? arn : (arn.split("/").at(-1) ?? arn);
  throw new CofferError("NOT_FOUND", `there is no key ${name} in KMS`, {
    hint: "make it, or look at the region; another key can be named",
  });
}

/** What is newest, as far as whoever uploads may see it: the original needed no right to list. */
export async function findNewestIfAllowed(
  objects: BucketObjects,
  place: Place,
  signal?: AbortSignal,
): Promise<string | null> {
  try {
    return (await listUploads(objects, place, signal)).at(-1) ?? null;
  } catch (error) {
    if (isCofferError(error, "ACCESS_DENIED")) return null;
    throw error;
  }
}

/** `s3://bucket/key`, for messages. */
export function showKey({ bucket }: BucketObjects, key: string): string {
  return `s3://${bucket}/${key}`;
}

/** What is listed, and is not there. */
export function gone(objects: BucketObjects, key: string): CofferError {
  return new CofferError("CONFLICT", `${showKey(objects, key)} is gone as soon as it was found`, {
    hint: "somebody is removing uploads: try again later",
  });
}

function noName(objects: BucketObjects, key: string): CofferError {
  return new CofferError("CONFLICT", `no upload can be newer than ${showKey(objects, key)}`, {
    hint: "its name has no time: remove it if nobody needs it",
  });
}
