import type { Aws } from "../../aws/aws.js";
import { explain } from "../../aws/explain.js";
import type { S3 } from "../../aws/s3/client.js";
import type { Address } from "./address.js";
import type { Quoting } from "./etag.js";

/** A bucket as the parts of the driver work with it. */
export interface Bucket {
  readonly s3: S3;
  readonly aws: Aws;
  readonly prefix: string;
  /** How it wants ETags. */
  quoting: Quoting;
  /** True since a put has shown that it wants them so. */
  isQuotingKnown: boolean;
  /** Settled when it is known, while somebody finds out. */
  learning: Promise<void> | null;
  /** `s3://bucket/prefix/key`, for messages. */
  show(key: string): string;
  explain(error: unknown, verb: string, key: string, action: string): unknown;
}

export function describeBucket(aws: Aws, s3: S3, { bucket, prefix }: Address): Bucket {
  const show = (key: string): string => `s3://${bucket}/${prefix}${key}`;
  return {
    s3,
    aws,
    prefix,
    quoting: "quoted",
    isQuotingKnown: false,
    learning: null,
    show,
    explain(error, verb, key, action) {
      const resource = /^s3:ListBucket/.test(action)
        ? `arn:aws:s3:::${bucket}`
        : `arn:aws:s3:::${bucket}/${prefix}${key}`;
      return explain(error, { doing: `${verb} ${show(key)}`, action, resource }, aws);
    },
  };
}
