import { type BucketClient, openBucket, PUBLIC_ACCESS } from "../../aws/s3/bucket-client.js";
import { isCofferError } from "../../errors.js";
import type { Session } from "./session.js";

/**
 * `creds3 setup`: makes the bucket in the region that is asked for, whichever it is, and leaves one that is there as it is. AWS itself blocks public access to new buckets and
 * encrypts what is in them; where an older one is not so, a line on stderr says it.
 */
export async function runSetup({ aws, bucket: name, world }: Session): Promise<number> {
  const { stdout, stderr, signal } = world;
  const bucket = openBucket(aws, name, signal);
  try {
    const isNew = !(await isThere(bucket)) && (await bucket.create());
    if (!isNew) await stdout.write(`Credential Store bucket '${name}' exists and owned by you\n`);
    await stdout.write(`Checking the Credential Store bucket '${name}' ...\n`);
    if (!isNew && !(await isClosed(bucket))) {
      await stderr.write(`coffer: the bucket ${name} does not block public access in all four ways that S3 has\n`);
    }
    await stdout.write("Credential Store is ok. Go read the README about how to create your KMS key\n");
    return 0;
  } finally {
    bucket.close();
  }
}

/** In us-east-1 making a bucket that is there succeeds, so it is looked for first. Who may not look hears it when it is made. */
async function isThere(bucket: BucketClient): Promise<boolean> {
  try {
    return (await bucket.location()) !== null;
  } catch (error) {
    if (isCofferError(error, "ACCESS_DENIED") || isCofferError(error, "USAGE")) return false;
    throw error;
  }
}

/** True also where it cannot be seen. */
async function isClosed(bucket: BucketClient): Promise<boolean> {
  try {
    return (await bucket.publicAccessBlock()).length === PUBLIC_ACCESS.length;
  } catch (error) {
    if (isCofferError(error)) return true;
    throw error;
  }
}
