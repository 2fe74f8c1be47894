import type { Aws } from "../../aws/aws.js";
import type { KeyClient } from "../../aws/kms/key-client.js";
import type { BucketClient } from "../../aws/s3/bucket-client.js";
import { parseKmsKeyArn } from "../../core/master-key-id.js";
import { parseKeyName } from "../../keys/aws-kms/key-name.js";
import { type Address, parseAddress } from "../../objects/s3/address.js";
import { findPinnedKey } from "../../settings/settings.js";
import type { Task } from "../command.js";
import { findPlaces } from "../init-store.js";

const S3 = "s3:";
const KMS = "aws-kms:";

export function isS3(storeUrl: string): boolean {
  return storeUrl.startsWith(S3);
}

export function isKms(keyUrl: string): boolean {
  return keyUrl.startsWith(KMS);
}

/** The way to AWS that the settings say. Loads it. Throws `USAGE`. */
export async function openAwsOf(task: Task): Promise<Aws> {
  const { openAws } = await import("../../aws/aws.js");
  return openAws(findPlaces(task).aws ?? {});
}

/** Throws `USAGE` for a URL that is no bucket's. */
export function addressOf(storeUrl: string): Address {
  return parseAddress(storeUrl.slice(S3.length));
}

export async function openBucketOf(aws: Aws, storeUrl: string, signal: AbortSignal | undefined): Promise<BucketClient> {
  const { openBucket } = await import("../../aws/s3/bucket-client.js");
  return openBucket(aws, addressOf(storeUrl).bucket, signal);
}

/** How a master key is asked for: as it is pinned, else by the name in its URL; and the region that either says. */
export interface MasterKeyName {
  readonly name: string;
  readonly region: string | undefined;
}

/** Throws `USAGE`. */
export function masterKeyName(task: Task, keyUrl: string): MasterKeyName {
  const named = parseKeyName(keyUrl.slice(KMS.length));
  const pinned = findPinnedKey(task);
  const parts = pinned === undefined ? null : parseKmsKeyArn(pinned);
  // A multi-Region key is pinned for all its regions, and asked for in one.
  const isWhole = parts?.region !== undefined;
  if (pinned !== undefined && isWhole) return { name: pinned, region: parts.region };
  return { name: named.name, region: named.region };
}

/** For the key that a URL names, in the region that the name says. Throws `USAGE`. */
export async function openMasterOf(
  aws: Aws,
  { region }: MasterKeyName,
  signal: AbortSignal | undefined,
): Promise<KeyClient> {
  const { openKeys } = await import("../../aws/kms/key-client.js");
  return openKeys(region === undefined ? aws : { ...aws, region }, signal);
}
