import type { Aws } from "../aws/aws.js";
import { type Kms, openKms } from "../aws/kms/client.js";
import { KEY_BYTES } from "../core/ciphers.js";
import { kmsKeyArn, masterKeyId, parseKmsKeyArn } from "../core/master-key-id.js";
import { Sensitive } from "../core/sensitive.js";
import { CofferError } from "../errors.js";
import { explainKms, type KmsAction } from "./aws-kms/failure.js";
import { isOtherKey, parseKeyName } from "./aws-kms/key-name.js";
import type { KeyProvider } from "./key-provider.js";

/** The longest ciphertext that KMS takes: https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html */
const MAX_WRAPPED_BYTES = 6144;

/**
 * Opens a master key of AWS KMS. `address` is what stands behind `aws-kms:`: an alias, a key id, or the ARN of either. Its id is made of the key's ARN: what the address says, else
 * what `pinned` says, which then counts whatever an alias leads to by now; only without either KMS is asked, once. Throws `USAGE`, `NOT_FOUND`, `ACCESS_DENIED`, `UNREACHABLE`.
 */
export async function openAwsKms(address: string, aws: Aws, pinned?: string): Promise<KeyProvider> {
  const named = parseKeyName(address);
  const known = named.arn ?? pinned;
  const parts = known === undefined ? null : parseKmsKeyArn(known);
  if (known !== undefined && (parts === null || isOtherKey(named, parts))) throw otherKey(address, known);
  // A key is in the region that its ARN says, wherever the bucket is.
  const region = named.region ?? parts?.region;
  const there = region === undefined ? aws : { ...aws, region };
  const kms = openKms(there);
  try {
    const arn = parts === null ? await describe(kms, named.name, there) : kmsKeyArn(parts, await kms.region());
    kms.prepare();
    return provide(`aws-kms:${address}`, arn, kms, there);
  } catch (error) {
    kms.close();
    throw explainKms(error, "DescribeKey", known ?? named.name, there);
  }
}

function provide(url: string, arn: string, kms: Kms, aws: Aws): KeyProvider {
  const id = masterKeyId(arn);
  const explained = async <T>(
    action: KmsAction,
    signal: AbortSignal | undefined,
    act: () => Promise<T>,
  ): Promise<T> => {
    signal?.throwIfAborted();
    try {
      return await act();
    } catch (error) {
      signal?.throwIfAborted();
      throw explainKms(error, action, arn, aws);
    }
  };
  return {
    url,
    id,
    generate: (context, { signal } = {}) =>
      explained("GenerateDataKey", signal, async () => {
        const { plaintext, ciphertext } = await kms.generate(arn, context, signal);
        return { key: asDataKey(plaintext, arn), wrapped: asWrapped(ciphertext, arn) };
      }),
    wrap: (key, context, { signal } = {}) =>
      explained("Encrypt", signal, async () => asWrapped(await kms.encrypt(arn, key.reveal(), context, signal), arn)),
    unwrap: (wrapped, context, { signal } = {}) =>
      explained("Decrypt", signal, async () => {
        // KMS would call it a mistake of the caller's.
        if (wrapped.byteLength < 1 || wrapped.byteLength > MAX_WRAPPED_BYTES) throw notOurs(arn);
        return asDataKey(await kms.decrypt(arn, wrapped, context, signal), arn);
      }),
    async close() {
      kms.close();
    },
  };
}

async function describe(kms: Kms, name: string, aws: Aws): Promise<string> {
  const arn = await kms.describe(name).catch((error: unknown) => {
    throw explainKms(error, "DescribeKey", name, aws);
  });
  if (arn !== undefined && parseKmsKeyArn(arn) !== null) return arn;
  throw new CofferError("FAILED", `KMS does not say which key ${name} is`, { hint: "name the key by its ARN" });
}

function asDataKey(bytes: Uint8Array | undefined, id: string): Sensitive {
  if (bytes?.byteLength !== KEY_BYTES) throw notOurs(id);
  return Sensitive.from(bytes);
}

function asWrapped(bytes: Uint8Array | undefined, id: string): Uint8Array {
  if (bytes !== undefined && bytes.byteLength > 0) return bytes;
  throw new CofferError("FAILED", `KMS gave no wrapping by ${id}`, {
    hint: "look at what stands between here and KMS",
  });
}

function notOurs(id: string): CofferError {
  return new CofferError("INTEGRITY", `what was to open under ${id} is no data key of Coffer's`, {
    hint: "run `coffer verify`; restore what is damaged from a backup",
  });
}

function otherKey(address: string, pinned: string): CofferError {
  return new CofferError("ACCESS_DENIED", `the master key aws-kms:${address} is not the pinned ${pinned}`, {
    hint: "name the right key; if it was changed on purpose, change key_id in the profile",
  });
}
