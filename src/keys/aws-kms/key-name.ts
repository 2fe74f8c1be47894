import { type KmsKeyArn, parseKmsKeyArn } from "../../core/master-key-id.js";
import { CofferError } from "../../errors.js";

/** How a URL names a key of KMS. */
export interface KeyName {
  /** As KMS takes it: an alias, a key id, or the ARN of either. */
  readonly name: string;
  /** The key's ARN, where the name is one. */
  readonly arn: string | undefined;
  /** The region, where the name says it. */
  readonly region: string | undefined;
}

const ID = /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;
const ALIAS = /^alias\/[A-Za-z0-9/_-]{1,250}$/;
const ALIAS_ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:alias\/[A-Za-z0-9/_-]{1,250}$/;

/** Reads what stands behind `aws-kms:`. Throws `USAGE`. */
export function parseKeyName(name: string): KeyName {
  const arn = parseKmsKeyArn(name);
  if (arn?.region !== undefined) return { name, arn: name, region: arn.region };
  const aliasRegion = ALIAS_ARN.exec(name)?.[1];
  if (aliasRegion !== undefined || ID.test(name) || ALIAS.test(name))
    return { name, arn: undefined, region: aliasRegion };
  throw new CofferError("USAGE", "aws-kms: takes an alias, a key id or the ARN of a key", {
    hint: "for instance aws-kms:alias/coffer",
  });
}

/** True where a name that is a bare key id is another key's than this ARN's. */
export function isOtherKey({ name }: KeyName, { key }: KmsKeyArn): boolean {
  return ID.test(name) && key !== name;
}
