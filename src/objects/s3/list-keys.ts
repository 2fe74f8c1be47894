import { remedyFor } from "../../aws/failure.js";
import { withRetries } from "../../aws/retries.js";
import type { S3Page } from "../../aws/s3/client.js";
import { CofferError } from "../../errors.js";
import { isKey } from "../object-key.js";
import type { Bucket } from "./bucket.js";

/** The keys that begin with a prefix, of all pages, in byte order. What lies there under a name that is no key of ours is passed over. */
export async function* listKeys(
  bucket: Bucket,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  let last = "";
  for (let from: string | undefined; ; ) {
    const page = await readPage(bucket, prefix, from, signal);
    for (const { key: encoded } of page.objects) {
      const key = decodeKey(bucket, encoded);
      if (!isKey(key) || !key.startsWith(prefix)) continue;
      // So pages that come twice, or round in a circle, are found out as well. Keys are ASCII, so that the order of UTF-16 units is the order of bytes.
      if (key <= last) throw unlike(bucket, `${key} after ${last}`);
      last = key;
      signal?.throwIfAborted();
      yield key;
    }
    if (!page.truncated) return;
    if (page.next === undefined || page.next === from) throw unlike(bucket, "more, but does not say where");
    from = page.next;
  }
}

async function readPage(
  bucket: Bucket,
  prefix: string,
  from: string | undefined,
  signal: AbortSignal | undefined,
): Promise<S3Page> {
  const { s3, aws } = bucket;
  try {
    return await withRetries(aws, signal, () => s3.list(bucket.prefix + prefix, from, signal), remedyFor);
  } catch (error) {
    signal?.throwIfAborted();
    throw bucket.explain(error, "list", prefix, "s3:ListBucket");
  }
}

/** A key below our prefix, or an empty text for what can be none, from the way in which S3 writes it: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function decodeKey({ prefix }: Bucket, encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " ")).slice(prefix.length);
  } catch {
    return "";
  }
}

export function unlike(bucket: Bucket, what: string): CofferError {
  return new CofferError("UNSUPPORTED", `the storage at ${bucket.show("")} does not list as S3 does: ${what}`, {
    hint: "keep the vault on Amazon S3, or in a folder on a local disk",
  });
}
