import { describeFailure } from "../../aws/failure.js";
import { untilAborted } from "../../aws/retries.js";
import type { S3Condition } from "../../aws/s3-client.js";
import { encodeHex, encodeUtf8 } from "../../core/bytes.js";
import { randomBytes, sha256 } from "../../core/ciphers.js";
import type { Bucket } from "./bucket.js";
import { parseETag } from "./etag.js";

/**
 * After a refused put: true where the storage refused an ETag that it still has, because it wants it without quotes; the bucket knows that from then on. It is asked once, of storage
 * that is none of AWS's, and on a key of its own, since storage that would not understand the other way either might overwrite what it should not.
 */
export async function learnQuoting(
  bucket: Bucket,
  key: string,
  etag: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (bucket.isQuotingKnown || !(await bucket.s3.isForeign())) return false;
  try {
    if ((await etagAt(bucket, key, signal)) !== etag) return false;
    bucket.isQuotingKnown = true;
    if (!(await keepsBareETags(bucket, signal))) return false;
    bucket.quoting = "bare";
    return true;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}

async function etagAt({ s3, prefix }: Bucket, key: string, signal: AbortSignal | undefined): Promise<string | null> {
  const found = await untilAborted(signal, () => s3.get(prefix + key, { signal }));
  found.discard();
  return parseETag(found.etag);
}

/** Tries it out on a random key: the right one must be taken, and refused when it is the wrong one. */
async function keepsBareETags({ s3, prefix }: Bucket, signal: AbortSignal | undefined): Promise<boolean> {
  const key = `${prefix}probe/${encodeHex(randomBytes(16))}`;
  const put = (text: string, condition: S3Condition): Promise<string | null> =>
    untilAborted(signal, async () => {
      const bytes = encodeUtf8(text);
      const hash = Buffer.from(sha256(bytes)).toString("base64");
      return parseETag((await s3.put(key, bytes, hash, condition, signal)).etag);
    });
  try {
    const first = await put("1", { ifNoneMatch: "*" });
    if (first === null || (await put("2", { ifMatch: first })) === null) return false;
    return await put("3", { ifMatch: first }).then(
      () => false,
      (error: unknown) => describeFailure(error).status === 412,
    );
  } finally {
    await s3.delete(key, signal).catch(() => {});
  }
}
