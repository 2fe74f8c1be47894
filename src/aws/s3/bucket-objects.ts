import { CofferError } from "../../errors.js";
import type { Aws } from "../aws.js";
import { explain } from "../explain.js";
import { describeFailure, remedyFor } from "../failure.js";
import { type Remedy, withRetries } from "../retries.js";
import { openS3, type S3Page } from "./client.js";
import { type BucketObject, type PutOptions, putSettled } from "./put-settled.js";
import { DamagedAnswer, MAX_DAMAGED, readBody, TooLarge } from "./read-body.js";

export type { BucketObject, PutOptions } from "./put-settled.js";

/** An object as a list has it. `size` is in bytes. */
export interface ListedObject {
  readonly key: string;
  readonly lastModified: Date;
  readonly etag: string;
  readonly size: number;
}

/** What keys have in common up to and with the delimiter. */
export interface ListedPrefix {
  readonly prefix: string;
}

/**
 * The objects of a bucket as older tools keep them, under any key and with metadata. Any number of calls may be under way at once; each has its own connection. Reads
 * and deletes are repeated within the limits. All throw `ACCESS_DENIED` naming the right that is missing, `NOT_FOUND` where there is no bucket, `UNREACHABLE`, `USAGE` where it
 * is in another region, and the signal's reason.
 */
export interface BucketObjects {
  readonly bucket: string;
  /** All objects whose keys begin with the prefix, every page, in byte order of the keys. */
  list(prefix: string, options?: { readonly signal?: AbortSignal | undefined }): AsyncIterable<ListedObject>;
  /** The same, with keys that hold the delimiter behind the prefix shown once, as what they have in common. */
  list(
    prefix: string,
    options: { readonly delimiter: string; readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<ListedObject | ListedPrefix>;
  /** Null where there is none. Throws `INTEGRITY` for what does not arrive whole. */
  get(key: string, signal?: AbortSignal): Promise<BucketObject | null>;
  /**
   * `lost`: the condition does not hold, and nothing was written. Where the answer gets lost, what is there by then tells: `done` is only what has these bytes and this
   * metadata. Throws `OUTCOME_UNKNOWN` where that cannot be read either.
   */
  put(key: string, body: Uint8Array, options: PutOptions, signal?: AbortSignal): Promise<"done" | "lost">;
  /** It need not be there. */
  delete(key: string, signal?: AbortSignal): Promise<void>;
  close(): void;
}

/** Larger objects are not read: no secret is. In bytes. */
const MAX_OBJECT_BYTES = 256 * 1024 * 1024;

/** Opens a bucket; nothing is asked yet. */
export function openBucketObjects(aws: Aws, bucket: string): BucketObjects {
  const s3 = openS3(aws, bucket);
  const show = (key: string): string => `s3://${bucket}/${key}`;

  async function call<T>(asked: Asked, signal: AbortSignal | undefined, send: () => Promise<T>): Promise<T> {
    try {
      return await withRetries(aws, signal, send, remedyForObjects);
    } catch (error) {
      signal?.throwIfAborted();
      throw explained(error, asked);
    }
  }

  function explained(error: unknown, { verb, key, action }: Asked): unknown {
    if (error instanceof DamagedAnswer) return damaged(show(key), error);
    if (error instanceof TooLarge) return tooLarge(show(key), error);
    const resource = `arn:aws:s3:::${bucket}${action === "s3:ListBucket" ? "" : `/${key}`}`;
    return explain(error, { doing: `${verb} ${show(key)}`, action, resource }, aws);
  }

  async function* list(
    prefix: string,
    { delimiter, signal }: { delimiter?: string; signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<ListedObject | ListedPrefix> {
    const asked = { verb: "list", key: prefix, action: "s3:ListBucket" };
    for (let from: string | undefined; ; ) {
      const start = from;
      const page: S3Page = await call(asked, signal, () => s3.list(prefix, start, signal, delimiter));
      yield* page.objects.map(({ key, ...rest }) => ({ key: decodeKey(key), ...rest }));
      yield* page.prefixes.map((common) => ({ prefix: decodeKey(common) }));
      if (!page.truncated) return;
      if (page.next === undefined || page.next === from) throw endless(bucket);
      from = page.next;
    }
  }

  async function get(key: string, signal?: AbortSignal): Promise<BucketObject | null> {
    return call({ verb: "read", key, action: "s3:GetObject" }, signal, async () => {
      try {
        const answer = await s3.get(key, { signal });
        const body = await readBody(answer, MAX_OBJECT_BYTES);
        const { metadata, lastModified, etag } = answer;
        if (lastModified === undefined || etag === undefined) throw new DamagedAnswer("the answer lacks headers");
        return { body, metadata, lastModified, etag };
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    });
  }

  return {
    bucket,
    // An overload's implementation gives prefixes only where there is a delimiter.
    list: list as BucketObjects["list"],
    get,
    put: (key, body, options, signal) =>
      putSettled(
        {
          aws,
          place: show(key),
          send: (hash, asked) => s3.put(key, body, hash, asked, signal),
          find: () => get(key, signal),
          explain: (error) => explained(error, { verb: "write", key, action: "s3:PutObject" }),
        },
        body,
        options,
        signal,
      ),
    async delete(key, signal) {
      const send = (): Promise<void> => s3.delete(key, signal).catch(ifMissing);
      await call({ verb: "delete", key, action: "s3:DeleteObject" }, signal, send);
    },
    close: () => s3.close(),
  };
}

/** What was asked, for those who read of its failure. */
interface Asked {
  readonly verb: string;
  readonly key: string;
  readonly action: string;
}

function remedyForObjects(error: unknown, attempts: number): Remedy {
  if (error instanceof TooLarge) return "end";
  if (error instanceof DamagedAnswer) return attempts < MAX_DAMAGED ? "again" : "end";
  return remedyFor(error, attempts);
}

function ifMissing(error: unknown): void {
  // S3 knows no error for what is not there; imitations do.
  if (!isMissing(error)) throw error;
}

function isMissing(error: unknown): boolean {
  const { status, code } = describeFailure(error);
  return status === 404 && code !== "NoSuchBucket";
}

function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll("+", " "));
}

function endless(bucket: string): CofferError {
  return new CofferError("UNSUPPORTED", `the storage of s3://${bucket} says that there is more, but not where`, {
    hint: "it does not list as S3 does",
  });
}

function damaged(place: string, cause: DamagedAnswer): CofferError {
  return new CofferError("INTEGRITY", `${place} does not arrive as it is stored: ${cause.message}`, {
    hint: "look at what stands between here and S3 (a proxy, a cache); then try again",
    cause,
  });
}

function tooLarge(place: string, cause: TooLarge): CofferError {
  return new CofferError("INTEGRITY", `${place} is larger than any secret`, {
    hint: "look at who put it there",
    cause,
  });
}
