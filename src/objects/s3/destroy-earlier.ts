import { describeFailure, remedyFor } from "../../aws/failure.js";
import { type Remedy, withRetries } from "../../aws/retries.js";
import type { S3Version, S3VersionPage, S3VersionPlace } from "../../aws/s3/client.js";
import { isKey } from "../object-key.js";
import type { Bucket } from "./bucket.js";
import { decodeKey, unlike } from "./list-keys.js";

/** How many versions are destroyed at once. */
const AT_ONCE = 16;

/**
 * Destroys the versions below a prefix that are not the present ones, and those of removed objects with the markers in their place; of keys that are meant. All are
 * found before the first one goes, and the latest markers go last: without its marker an older version would be the present one.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
 */
export async function destroyEarlier(
  bucket: Bucket,
  prefix: string,
  meant: (key: string) => boolean,
  signal: AbortSignal | undefined,
): Promise<number> {
  const found: Earlier[] = [];
  for await (const { version, key } of listVersions(bucket, prefix, signal)) {
    if ((version.isLatest && !version.isMarker) || !meant(key)) continue;
    found.push({ key, id: version.id, isLatest: version.isLatest });
  }
  await destroyAll(
    bucket,
    found.filter(({ isLatest }) => !isLatest),
    signal,
  );
  await destroyAll(
    bucket,
    found.filter(({ isLatest }) => isLatest),
    signal,
  );
  return found.length;
}

interface Earlier {
  readonly key: string;
  readonly id: string;
  readonly isLatest: boolean;
}

async function* listVersions(
  bucket: Bucket,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ key: string; version: S3Version }> {
  for (let from: S3VersionPlace | undefined; ; ) {
    const page = await readPage(bucket, prefix, from, signal);
    for (const version of page.versions) {
      const key = decodeKey(bucket, version.key);
      if (isKey(key) && key.startsWith(prefix)) yield { key, version };
    }
    if (page.next === undefined) return;
    if (page.next.key === undefined || (page.next.key === from?.key && page.next.id === from.id)) {
      throw unlike(bucket, "more versions, but does not say where");
    }
    from = page.next;
  }
}

async function readPage(
  bucket: Bucket,
  prefix: string,
  from: S3VersionPlace | undefined,
  signal: AbortSignal | undefined,
): Promise<S3VersionPage> {
  const { s3, aws } = bucket;
  try {
    const read = (): Promise<S3VersionPage> => s3.listVersions(bucket.prefix + prefix, from, signal);
    return await withRetries(aws, signal, read, remedyForListing);
  } catch (error) {
    signal?.throwIfAborted();
    // Storage that has no such request keeps no versions.
    if (isUnknown(error)) return { versions: [], next: undefined };
    throw bucket.explain(error, "list the versions of", prefix, "s3:ListBucketVersions");
  }
}

async function destroyAll(bucket: Bucket, all: readonly Earlier[], signal: AbortSignal | undefined): Promise<void> {
  for (let start = 0; start < all.length; start += AT_ONCE) {
    const acts = all.slice(start, start + AT_ONCE).map((one) => destroyOne(bucket, one, signal));
    // The first failure, once nothing is under way any more.
    await Promise.allSettled(acts);
    await Promise.all(acts);
  }
}

async function destroyOne(bucket: Bucket, { key, id }: Earlier, signal: AbortSignal | undefined): Promise<void> {
  const { s3, aws, prefix } = bucket;
  try {
    await withRetries(aws, signal, () => s3.deleteVersion(prefix + key, id, signal), remedyFor);
  } catch (error) {
    signal?.throwIfAborted();
    // Who is first makes no difference.
    if (describeFailure(error).code === "NoSuchVersion") return;
    throw bucket.explain(error, "destroy an earlier version of", key, "s3:DeleteObjectVersion");
  }
}

function remedyForListing(error: unknown, attempts: number): Remedy {
  return isUnknown(error) ? "end" : remedyFor(error, attempts);
}

function isUnknown(error: unknown): boolean {
  const { status, code } = describeFailure(error);
  return status === 501 || code === "NotImplemented";
}
