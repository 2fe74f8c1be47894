import { CofferError } from "../../errors.js";

/** What `-l` names: a bucket, and what stands before every key in it. */
export interface Location {
  readonly bucket: string;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
}

const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;

/** Reads `BUCKET[/PREFIX]`. The prefix is taken as it is; a slash at its end makes no difference. Throws `USAGE`. */
export function parseLocation(location: string): Location {
  const [, bucket = "", prefix = ""] = /^([^/]*)(?:\/(.*))?$/s.exec(location) ?? [];
  assertBucket(bucket, "--location");
  return { bucket, prefix: prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/` };
}

/** Throws `USAGE` for what no bucket is called; `what` should name one. */
export function assertBucket(bucket: string, what: string): void {
  if (BUCKET.test(bucket)) return;
  throw new CofferError("USAGE", `${what} begins with the name of a bucket`, {
    hint: "for instance my-bucket/prefix, and no s3:// before it",
  });
}
