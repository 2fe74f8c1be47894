import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
  type TransitionDefaultMinimumObjectSize,
} from "@aws-sdk/client-s3";
import { type Aws, makeQuietly } from "../aws.js";
import { explain } from "../explain.js";
import { describeFailure, remedyFor } from "../failure.js";
import { partitionOf } from "../partition.js";
import { withRetries } from "../retries.js";
import { createBucket, findLocation, readTime } from "./bucket-place.js";
import { makeS3Client } from "./sdk.js";

export type { LifecycleRule };

/** The rules of a bucket's lifecycle, and what else stands beside them. */
export interface Lifecycle {
  readonly rules: readonly LifecycleRule[];
  /** Part of what is put back unchanged. */
  readonly minimumSize: TransitionDefaultMinimumObjectSize | undefined;
}

/**
 * What is asked of a bucket as a whole and said to it. Reads and settings may be repeated, and are. All throw `ACCESS_DENIED` naming the right that is
 * missing, `NOT_FOUND` where there is no bucket, `UNREACHABLE`, `USAGE` where it is in another region; a setting that nobody made is null.
 */
export interface BucketClient {
  readonly name: string;
  /** The region that requests go to. */
  region(): Promise<string>;
  /** The bucket's ARN. */
  arn(): Promise<string>;
  /** The region that the bucket is in; null where there is no bucket of that name. */
  location(): Promise<string | null>;
  /** What time it is for S3, to the second; null where its answer does not say. */
  time(): Promise<Date | null>;
  /** Makes it in the region that requests go to; false where it is there and ours. Throws `CONFLICT` where it is somebody else's. */
  create(): Promise<boolean>;
  versioning(): Promise<string | null>;
  enableVersioning(): Promise<void>;
  /** Those of the four settings that are on. */
  publicAccessBlock(): Promise<readonly string[]>;
  blockPublicAccess(): Promise<void>;
  policy(): Promise<string | null>;
  putPolicy(policy: string): Promise<void>;
  /** `AES256`, `aws:kms` … */
  encryption(): Promise<string | null>;
  encryptByDefault(): Promise<void>;
  lifecycle(): Promise<Lifecycle>;
  putLifecycle(lifecycle: Lifecycle): Promise<void>;
  close(): void;
}

export const PUBLIC_ACCESS = [
  "BlockPublicAcls",
  "IgnorePublicAcls",
  "BlockPublicPolicy",
  "RestrictPublicBuckets",
] as const;

/** `signal` ends whatever is under way. */
export function openBucket(aws: Aws, name: string, signal?: AbortSignal): BucketClient {
  const client = makeQuietly(() => makeS3Client(aws));
  const region = async (): Promise<string> => client.config.region();
  const arn = async (): Promise<string> => `arn:${partitionOf(await region())}:s3:::${name}`;
  const Bucket = name;

  /** Calls, and says what a failure means; `missing` are the names of errors that say that there is none. */
  async function call<T>(action: string, send: Send<T>, missing: readonly string[] = []): Promise<T | null> {
    try {
      const options = signal === undefined ? {} : { abortSignal: signal };
      return await withRetries(aws, signal, () => send(client, options), remedyFor);
    } catch (error) {
      signal?.throwIfAborted();
      if (missing.includes(describeFailure(error).code)) return null;
      const resource = await arn().catch(() => `arn:aws:s3:::${name}`);
      const doing = `${action.startsWith("s3:Get") ? "look at" : "arrange"} the bucket ${name}`;
      throw explain(error, { doing, action, resource }, aws);
    }
  }

  return {
    name,
    region: () => explainRegion(region, aws),
    arn: () => explainRegion(arn, aws),
    location: () => call("s3:GetBucketLocation", (s3, options) => findLocation(s3, Bucket, options), ["NoSuchBucket"]),
    time: async () => (await call("s3:GetBucketLocation", (s3, options) => readTime(s3, Bucket, options))) ?? null,
    async create() {
      const here = await explainRegion(region, aws);
      return (await call("s3:CreateBucket", (s3, options) => createBucket(s3, Bucket, here, options))) === true;
    },
    async versioning() {
      const answer = await call("s3:GetBucketVersioning", (s3, options) =>
        s3.send(new GetBucketVersioningCommand({ Bucket }), options),
      );
      return answer?.Status ?? null;
    },
    async enableVersioning() {
      const input = { Bucket, VersioningConfiguration: { Status: "Enabled" as const } };
      await call("s3:PutBucketVersioning", (s3, options) => s3.send(new PutBucketVersioningCommand(input), options));
    },
    async publicAccessBlock() {
      const answer = await call(
        "s3:GetBucketPublicAccessBlock",
        (s3, options) => s3.send(new GetPublicAccessBlockCommand({ Bucket }), options),
        ["NoSuchPublicAccessBlockConfiguration"],
      );
      return PUBLIC_ACCESS.filter((setting) => answer?.PublicAccessBlockConfiguration?.[setting] === true);
    },
    async blockPublicAccess() {
      const all = Object.fromEntries(PUBLIC_ACCESS.map((setting) => [setting, true]));
      const input = { Bucket, PublicAccessBlockConfiguration: all };
      await call("s3:PutBucketPublicAccessBlock", (s3, options) =>
        s3.send(new PutPublicAccessBlockCommand(input), options),
      );
    },
    async policy() {
      const answer = await call(
        "s3:GetBucketPolicy",
        (s3, options) => s3.send(new GetBucketPolicyCommand({ Bucket }), options),
        ["NoSuchBucketPolicy"],
      );
      return answer?.Policy ?? null;
    },
    async putPolicy(Policy) {
      const input = { Bucket, Policy };
      await call("s3:PutBucketPolicy", (s3, options) => s3.send(new PutBucketPolicyCommand(input), options));
    },
    async encryption() {
      const answer = await call(
        "s3:GetEncryptionConfiguration",
        (s3, options) => s3.send(new GetBucketEncryptionCommand({ Bucket }), options),
        ["ServerSideEncryptionConfigurationNotFoundError"],
      );
      const [rule] = answer?.ServerSideEncryptionConfiguration?.Rules ?? [];
      return rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? null;
    },
    async encryptByDefault() {
      const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const } }];
      const input = { Bucket, ServerSideEncryptionConfiguration: { Rules } };
      await call("s3:PutEncryptionConfiguration", (s3, options) =>
        s3.send(new PutBucketEncryptionCommand(input), options),
      );
    },
    async lifecycle() {
      const answer = await call(
        "s3:GetLifecycleConfiguration",
        (s3, options) => s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }), options),
        ["NoSuchLifecycleConfiguration"],
      );
      return { rules: answer?.Rules ?? [], minimumSize: answer?.TransitionDefaultMinimumObjectSize };
    },
    async putLifecycle({ rules, minimumSize }) {
      const kept = minimumSize === undefined ? {} : { TransitionDefaultMinimumObjectSize: minimumSize };
      const input = { Bucket, LifecycleConfiguration: { Rules: [...rules] }, ...kept };
      await call("s3:PutLifecycleConfiguration", (s3, options) =>
        s3.send(new PutBucketLifecycleConfigurationCommand(input), options),
      );
    },
    close: () => client.destroy(),
  };
}

type Send<T> = (client: S3Client, options: { abortSignal?: AbortSignal }) => Promise<T>;

async function explainRegion<T>(find: () => Promise<T>, aws: Aws): Promise<T> {
  try {
    return await find();
  } catch (error) {
    throw explain(error, { doing: "find the region", action: "s3:GetBucketLocation", resource: "*" }, aws);
  }
}
