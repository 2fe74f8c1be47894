import { parseKmsKeyArn } from "../core/master-key-id.js";
import { CofferError } from "../errors.js";

const SCHEME = "aws-kms:";

/** A KMS key by its full name, and what that says of its place. */
export interface KeyArn {
  /** As a pattern of IAM: the region is `*` where it is a multi-Region key's in all its regions. Empty where the key is one that nobody has to be allowed. */
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov` … */
  readonly partition: string;
  readonly region: string | null;
  /** Twelve digits, or `*`. */
  readonly account: string;
}

/** The KMS key that a key's URL or id names in full, else null: an alias says neither account nor region, and policies do not follow it. */
export function findKeyArn(text: string): KeyArn | null {
  const parts = parseKmsKeyArn(text.startsWith(SCHEME) ? text.slice(SCHEME.length) : text);
  if (parts === null) return null;
  const { partition, region = null, account, key } = parts;
  return { arn: `arn:${partition}:kms:${region ?? "*"}:${account}:key/${key}`, partition, region, account };
}

/** The same of the first of these that names one. Throws `USAGE` where none does. */
export function requireKeyArn(...texts: readonly (string | undefined)[]): KeyArn {
  for (const text of texts) {
    const key = text === undefined ? null : findKeyArn(text);
    if (key !== null) return key;
  }
  throw new CofferError("USAGE", "a policy names the master key by its full ARN, and what is given here has none", {
    hint: "give -k aws-kms:arn:aws:kms:REGION:ACCOUNT:key/ID, or pin the key in the profile",
  });
}
