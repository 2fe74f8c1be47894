// biome-ignore-all lint/suspicious/useAwait: what a method throws must come as a rejection, as from every other store
import type { Aws } from "../aws/aws.js";
import { describeFailure, remedyFor } from "../aws/failure.js";
import { withRetries } from "../aws/retries.js";
import { openS3 } from "../aws/s3/client.js";
import { DamagedAnswer, MAX_DAMAGED, readBody, TooLarge } from "../aws/s3/read-body.js";
import type { Call } from "../core/call.js";
import { MAX_COMMIT_BYTES } from "../core/documents/fields.js";
import { CofferError } from "../errors.js";
import { assertKey, assertPrefix } from "./object-key.js";
import type { ObjectStore, PutCondition, StoredObject } from "./object-store.js";
import { parseAddress, urlOf } from "./s3/address.js";
import { type Bucket, describeBucket } from "./s3/bucket.js";
import { isETag, parseETag, writeETag } from "./s3/etag.js";
import { listKeys } from "./s3/list-keys.js";
import { putObject } from "./s3/put-object.js";

/**
 * Opens a bucket, or what lies below a prefix of it, as an object store. `address` is what stands behind `s3:` in its URL. Reads are repeated within the caller's
 * deadline; a put is sent once, so that what became of it stays known. Throws `USAGE` for what is no address.
 */
export function openS3Store(address: string, aws: Aws): ObjectStore {
  const place = parseAddress(address);
  return new S3Store(urlOf(place), describeBucket(aws, openS3(aws, place.bucket), place));
}

class S3Store implements ObjectStore {
  readonly url: string;
  readonly #bucket: Bucket;

  constructor(url: string, bucket: Bucket) {
    this.url = url;
    this.#bucket = bucket;
  }

  get(key: string, options: Call & { unless: string }): Promise<StoredObject | "unchanged" | null>;
  get(key: string, options?: Call): Promise<StoredObject | null>;
  async get(key: string, options: Call & { unless?: string } = {}): Promise<StoredObject | "unchanged" | null> {
    const { signal, unless } = options;
    signal?.throwIfAborted();
    assertKey(key);
    try {
      return await withRetries(this.#bucket.aws, signal, () => this.#read(key, unless, signal), remedyForRead);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof DamagedAnswer) throw damaged(this.#bucket.show(key), error);
      if (error instanceof TooLarge) throw tooLarge(this.#bucket.show(key), error);
      throw this.#bucket.explain(error, "read", key, "s3:GetObject");
    }
  }

  async put(
    key: string,
    bytes: Uint8Array,
    condition: PutCondition,
    { signal }: Call = {},
  ): Promise<{ etag: string } | "refused"> {
    signal?.throwIfAborted();
    assertKey(key);
    return putObject(this.#bucket, key, bytes, condition, signal);
  }

  async *list(prefix: string, { signal }: Call = {}): AsyncIterable<string> {
    signal?.throwIfAborted();
    assertPrefix(prefix);
    yield* listKeys(this.#bucket, prefix, signal);
  }

  async delete(key: string, { signal }: Call = {}): Promise<void> {
    signal?.throwIfAborted();
    assertKey(key);
    const { s3, aws, prefix } = this.#bucket;
    try {
      await withRetries(aws, signal, () => s3.delete(prefix + key, signal), remedyFor);
    } catch (error) {
      signal?.throwIfAborted();
      // S3 knows no error for what is not there; imitations do.
      if (isMissing(error)) return;
      throw this.#bucket.explain(error, "delete", key, "s3:DeleteObject");
    }
  }

  async destroyEarlier(prefix: string, meant: (key: string) => boolean, { signal }: Call = {}): Promise<number> {
    signal?.throwIfAborted();
    assertPrefix(prefix);
    const { destroyEarlier } = await import("./s3/destroy-earlier.js");
    return destroyEarlier(this.#bucket, prefix, meant, signal);
  }

  async close(): Promise<void> {
    this.#bucket.s3.close();
  }

  async #read(
    key: string,
    unless: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<StoredObject | "unchanged" | null> {
    const { s3, prefix } = this.#bucket;
    const known = unless === undefined || !isETag(unless) ? undefined : writeETag(unless, "quoted");
    try {
      const answer = await s3.get(prefix + key, { unless: known, signal });
      const bytes = await readBody(answer, MAX_COMMIT_BYTES);
      const etag = parseETag(answer.etag);
      if (etag === null) throw new DamagedAnswer("the answer names no ETag");
      return etag === unless ? "unchanged" : { bytes, etag };
    } catch (error) {
      if (isMissing(error)) return null;
      if (describeFailure(error).status === 304) return "unchanged";
      throw error;
    }
  }
}

function remedyForRead(error: unknown, attempts: number): ReturnType<typeof remedyFor> {
  if (error instanceof TooLarge) return "end";
  if (error instanceof DamagedAnswer) return attempts < MAX_DAMAGED ? "again" : "end";
  return remedyFor(error, attempts);
}

function isMissing(error: unknown): boolean {
  const { status, code } = describeFailure(error);
  return status === 404 && code !== "NoSuchBucket";
}

function tooLarge(place: string, cause: TooLarge): CofferError {
  return new CofferError("INTEGRITY", `${place} is larger than any object of Coffer's`, {
    hint: "somebody put it there: restore what was there from an earlier version or a backup",
    cause,
  });
}

function damaged(place: string, cause: DamagedAnswer): CofferError {
  return new CofferError("INTEGRITY", `${place} does not arrive as it is stored: ${cause.message}`, {
    hint: "look at what stands between here and S3 (a proxy, a cache); then try again",
    cause,
  });
}
