import { isWellFormed } from "../../core/name.js";
import { CofferError } from "../../errors.js";

/** A place in a bucket. */
export interface Address {
  readonly bucket: string;
  /** What stands before every key: empty, or ended by a slash. */
  readonly prefix: string;
}

// Also dots and capitals, which old buckets and imitations have: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;
/** S3 takes keys of at most 1,024 bytes; so much is left for ours. */
const MAX_PREFIX_BYTES = 200;

/**
 * Reads what stands behind `s3:`. The prefix may be any text without control characters; a slash at its end makes no difference, and none is taken away
 * otherwise. Throws `USAGE`.
 */
export function parseAddress(address: string): Address {
  const [, bucket = "", prefix = ""] = /^\/\/([^/]*)(?:\/(.*))?$/s.exec(address) ?? [];
  if (!BUCKET.test(bucket)) {
    throw new CofferError("USAGE", "s3: takes the name of a bucket", {
      hint: "for instance s3://bucket or s3://bucket/prefix",
    });
  }
  const bare = prefix.replace(/\/+$/, "");
  if (/[\u0000-\u001f\u007f]/.test(bare) || !isWellFormed(bare) || bare.startsWith("/")) {
    throw new CofferError("USAGE", "the prefix of an s3: URL begins with a slash, or holds control characters");
  }
  if (bare.split("/").some((part) => part === "." || part === "..")) {
    // Some programs on the way would resolve them.
    throw new CofferError("USAGE", "the prefix of an s3: URL has a part that is . or ..");
  }
  if (Buffer.byteLength(bare) > MAX_PREFIX_BYTES) {
    throw new CofferError("USAGE", `the prefix of an s3: URL is longer than ${MAX_PREFIX_BYTES} bytes`);
  }
  return { bucket, prefix: bare === "" ? "" : `${bare}/` };
}

/** The URL in one spelling. */
export function urlOf({ bucket, prefix }: Address): string {
  return prefix === "" ? `s3://${bucket}` : `s3://${bucket}/${prefix.slice(0, -1)}`;
}
