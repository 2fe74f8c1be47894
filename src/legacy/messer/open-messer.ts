import type { Aws } from "../../aws/aws.js";
import { type DataKeys, type KeyContext, openDataKeys } from "../../aws/kms/data-keys.js";
import { openBucketAnywhere } from "../../aws/s3/bucket-anywhere.js";
import { type MesserKeys, openMesserKeys } from "./data-keys.js";
import { type MesserItems, openMesserItems } from "./items.js";

/** Where messer's things are in AWS. */
export interface MesserPlace {
  readonly secretsBucket: string;
  readonly keysBucket: string;
  /** An alias without `alias/`, as messer has it; or a key's id or ARN. Empty where nothing is made. */
  readonly masterKey: string;
  readonly context: KeyContext;
}

/** Both buckets and the master key. Nothing is asked before there is a question. */
export interface Messer {
  readonly items: MesserItems;
  readonly keys: MesserKeys;
  readonly kms: DataKeys;
  close(): void;
}

/** The buckets may lie in any regions; KMS is asked in that of `aws`. */
export function openMesser(place: MesserPlace, aws: Aws, now: () => Date): Messer {
  const secrets = openBucketAnywhere(aws, place.secretsBucket);
  const bucket = openBucketAnywhere(aws, place.keysBucket);
  const kms = openDataKeys(aws);
  const masterKey = nameMasterKey(place.masterKey);
  return {
    items: openMesserItems(secrets),
    keys: openMesserKeys({ bucket, kms, masterKey, context: place.context }, now),
    kms,
    close() {
      secrets.close();
      bucket.close();
      kms.close();
    },
  };
}

function nameMasterKey(named: string): string {
  return /^(?:alias\/|arn:|[0-9a-f]{8}-[0-9a-f-]{27}$|mrk-[0-9a-f]{32}$)/.test(named) ? named : `alias/${named}`;
}
