import { describeFailure } from "../../aws/failure.js";
import { untilAborted } from "../../aws/retries.js";
import type { S3Condition } from "../../aws/s3/client.js";
import { encodeHex, encodeUtf8 } from "../../core/bytes.js";
import { randomBytes, sha256 } from "../../core/ciphers.js";
import type { Bucket } from "./bucket.js";
import { parseETag, type Quoting } from "./etag.js";

/**
 * After a put with a quoted ETag was refused: true where the storage still has that very ETag, because it wants it without quotes; the bucket knows that from then on. It is asked
 * once, of storage that is none of AWS's, and on a key of its own, since storage that would not understand the other way either might overwrite what it should
 * not. Where that does not show it, the next such refusal asks again.
 */
export async function learnQuoting(
  bucket: Bucket,
  key: string,
  etag: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  // Somebody else may have found it out while this put was under way.
  if (bucket.quoting === "bare") return true;
  if (bucket.isQuotingKnown || !(await bucket.s3.isForeign())) return false;
  try {
    if ((await etagAt(bucket, key, signal)) !== etag) return false;
    bucket.learning ??= findQuoting(bucket, signal);
    await bucket.learning;
  } catch {
    signal?.throwIfAborted();
  }
  // It is not what it was when the compiler last looked.
  return (bucket.quoting as Quoting) === "bare";
}

async function findQuoting(bucket: Bucket, signal: AbortSignal | undefined): Promise<void> {
  try {
    if (!(await keepsBareETags(bucket, signal))) return;
    bucket.quoting = "bare";
    bucket.isQuotingKnown = true;
  } finally {
    bucket.learning = null;
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
      (error: unknown) => {
        if (describeFailure(error).status === 412) return true;
        throw error;
      },
    );
  } finally {
    await s3.delete(key, signal).catch(() => {});
  }
}
