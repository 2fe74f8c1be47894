/** A key of AWS KMS by its ARN. */
export interface KmsKeyArn {
  readonly partition: string;
  /** Undefined where the ARN names a multi-Region key in all its regions. */
  readonly region: string | undefined;
  readonly account: string;
  /** The key's id; one that begins with `mrk-` is a multi-Region key's. */
  readonly key: string;
}

const KEY_ARN = /^arn:(aws[a-z-]*):kms:([a-z0-9-]*):(\d{12}):key\/((?:mrk-)?[A-Za-z0-9-]+)$/;

/** The parts of a KMS key's ARN, or null for any other id. */
export function parseKmsKeyArn(id: string): KmsKeyArn | null {
  const [, partition, region, account, key] = KEY_ARN.exec(id) ?? [];
  if (partition === undefined || account === undefined || key === undefined) return null;
  if (region === "" && !key.startsWith("mrk-")) return null;
  return { partition, region: region === "" ? undefined : region, account, key };
}

/** The ARN of a key in a region. */
export function kmsKeyArn({ partition, account, key }: KmsKeyArn, region: string): string {
  return `arn:${partition}:kms:${region}:${account}:key/${key}`;
}

/**
 * The id of a master key: what was given, but for a multi-Region key's ARN without its region. The copies of such a key open each other's wrappings, so they are one
 * master key: docs/FORMAT.md section 22.
 */
export function masterKeyId(given: string): string {
  const arn = parseKmsKeyArn(given);
  return arn?.key.startsWith("mrk-") === true ? kmsKeyArn(arn, "") : given;
}
