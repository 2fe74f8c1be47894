import { type BucketClient, PUBLIC_ACCESS } from "../../aws/s3/bucket-client.js";
import {
  type Denial,
  denyPlainConnections,
  denyUnconditionalPuts,
  hasDenial,
  mergeDenials,
} from "../../policy/bucket-policy.js";
import { hasRules, mergeRules } from "./lifecycle.js";

/** A bucket, and what stands before the keys of the store in it. */
export interface BucketPlace {
  readonly bucket: BucketClient;
  readonly prefix: string;
}

/** One thing that a vault's bucket should be: what `doctor` looks at, and `setup` puts in order. */
export interface BucketSetting {
  readonly id: string;
  /** What it is when it is as it should be. */
  readonly good: string;
  /** What is to be done where it is not. */
  readonly remedy: string;
  /** Null where it is as it should be, else how it is. `good` may be told more exactly. */
  look(place: BucketPlace): Promise<Look>;
  arrange(place: BucketPlace): Promise<void>;
}

export type Look = { readonly fine: true; readonly note?: string } | { readonly fine: false; readonly found: string };

const FINE: Look = { fine: true };

/** In the order in which they are put right: a bucket is closed before anything is in it. */
export const BUCKET_SETTINGS: readonly BucketSetting[] = [
  {
    id: "public-access",
    good: "all public access is blocked",
    remedy: "block all public access",
    async look({ bucket }) {
      const on = await bucket.publicAccessBlock();
      const off = PUBLIC_ACCESS.filter((setting) => !on.includes(setting));
      return off.length === 0 ? FINE : { fine: false, found: `public access is not blocked: ${off.join(", ")}` };
    },
    arrange: ({ bucket }) => bucket.blockPublicAccess(),
  },
  {
    id: "encryption",
    good: "objects are encrypted by S3 (SSE-S3)",
    remedy: "let S3 encrypt objects by default (SSE-S3)",
    async look({ bucket }) {
      const algorithm = await bucket.encryption();
      if (algorithm === null) return { fine: false, found: "objects are not encrypted by default" };
      if (algorithm === "AES256") return FINE;
      // Somebody's decision, and no less safe.
      return {
        fine: true,
        note: `objects are encrypted by ${algorithm}: every reader needs the right to decrypt by that key, too`,
      };
    },
    arrange: ({ bucket }) => bucket.encryptByDefault(),
  },
  {
    id: "versioning",
    good: "the bucket keeps versions",
    remedy: "keep versions of objects",
    async look({ bucket }) {
      const status = await bucket.versioning();
      return status === "Enabled"
        ? FINE
        : { fine: false, found: "the bucket keeps no versions: what is overwritten is gone" };
    },
    arrange: ({ bucket }) => bucket.enableVersioning(),
  },
  denialSetting({
    id: "tls-only",
    good: "the bucket's policy refuses connections without TLS",
    remedy: "refuse connections without TLS, by the bucket's policy",
    found: "the bucket's policy lets connections without TLS in",
    wanted: denyPlainConnections,
  }),
  denialSetting({
    id: "conditional-writes",
    good: "the bucket's policy refuses writes without a condition",
    remedy: "refuse writes without a condition below the store's prefix, by the bucket's policy",
    found: "the bucket's policy lets writes overwrite what they have not seen",
    wanted: denyUnconditionalPuts,
  }),
  {
    id: "lifecycle",
    good: "old versions of heads go after a time",
    remedy: "remove old versions of heads after 30 days, and of probes after one",
    async look({ bucket, prefix }) {
      const { rules } = await bucket.lifecycle();
      return hasRules(rules, prefix)
        ? FINE
        : { fine: false, found: "every commit leaves a version of its head, and none ever goes" };
    },
    async arrange({ bucket, prefix }) {
      const { rules, minimumSize } = await bucket.lifecycle();
      await bucket.putLifecycle({ rules: mergeRules(rules, prefix), minimumSize });
    },
  },
];

interface DenialSetting extends Pick<BucketSetting, "id" | "good" | "remedy"> {
  readonly found: string;
  readonly wanted: (place: { arn: string; prefix: string }) => Denial;
}

function denialSetting({ found, wanted, ...named }: DenialSetting): BucketSetting {
  const denial = async ({ bucket, prefix }: BucketPlace): Promise<Denial> =>
    wanted({ arn: await bucket.arn(), prefix });
  return {
    ...named,
    async look(place) {
      return hasDenial(await place.bucket.policy(), await denial(place)) ? FINE : { fine: false, found };
    },
    async arrange(place) {
      // Read anew: another statement of ours may have come just before.
      const policy = await place.bucket.policy();
      await place.bucket.putPolicy(mergeDenials(policy, [await denial(place)]));
    },
  };
}
