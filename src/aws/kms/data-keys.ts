import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import type { Aws } from "../aws.js";
import { describeFailure, remedyFor } from "../failure.js";
import { openLazily } from "../lazy-sdk.js";
import { withRetries } from "../retries.js";
import type { DataKeyCalls, KeyContext } from "./data-key-calls.js";
import { openDirectDataKeys } from "./data-keys-direct.js";
import { explainKey, type KeyAction } from "./explain-key.js";

export type { KeyContext } from "./data-key-calls.js";

/** A new data key, and the ciphertext under which it is kept. */
export interface NewDataKey {
  readonly key: Sensitive;
  readonly wrapped: Uint8Array;
}

/** A data key that was opened. */
export interface OpenedDataKey {
  readonly key: Sensitive;
  /** The ARN of the master key that it was wrapped by, where KMS says it. */
  readonly masterKey: string | null;
}

/**
 * Data keys of KMS as older formats have them: of any length, under an alias, an id or an ARN, and opened without naming a key. Any number of calls may be under way at once. All
 * may be repeated, and are. They throw `ACCESS_DENIED` naming the right that is missing, also for a key that is not there or cannot be used; `CONTEXT` where KMS does not open a
 * ciphertext under the context given; `UNREACHABLE`, `USAGE`, and the signal's reason.
 */
export interface DataKeys {
  /** `length` in bytes. */
  generate(masterKey: string, length: number, context: KeyContext, signal?: AbortSignal): Promise<NewDataKey>;
  /** The ciphertext of a new data key that nobody gets to see. */
  generateWithoutPlaintext(
    masterKey: string,
    length: number,
    context: KeyContext,
    signal?: AbortSignal,
  ): Promise<Uint8Array>;
  decrypt(wrapped: Uint8Array, context: KeyContext, signal?: AbortSignal): Promise<OpenedDataKey>;
  /** The ARN of a key; null where there is none of that name. */
  describe(masterKey: string, signal?: AbortSignal): Promise<string | null>;
  close(): void;
}

/** Nothing is asked yet. KMS is asked in the region of `aws`; for another one hand over `{ ...aws, region }`. */
export function openDataKeys(aws: Aws): DataKeys {
  const direct = openDirectDataKeys(aws);
  const sdk = openLazily(async () => (await import("./data-keys-sdk.js")).openSdkDataKeys(aws));
  if (direct === null) sdk.prepare(() => {});
  const calls = async (): Promise<DataKeyCalls> => direct ?? sdk.open();

  async function call<T>(
    action: KeyAction,
    key: string | null,
    signal: AbortSignal | undefined,
    send: (calls: DataKeyCalls) => Promise<T>,
  ): Promise<T> {
    try {
      return await withRetries(aws, signal, async () => send(await calls()), remedyFor);
    } catch (error) {
      signal?.throwIfAborted();
      throw explainKey(error, action, key, aws);
    }
  }

  return {
    generate: (masterKey, length, context, signal) =>
      call("GenerateDataKey", masterKey, signal, async (kms) => {
        const { plaintext, ciphertext } = await kms.generate(masterKey, length, context, signal);
        if (plaintext?.byteLength !== length) throw unlike("GenerateDataKey");
        return { key: Sensitive.from(plaintext), wrapped: given(ciphertext, "GenerateDataKey") };
      }),
    generateWithoutPlaintext: (masterKey, length, context, signal) =>
      call("GenerateDataKeyWithoutPlaintext", masterKey, signal, async (kms) =>
        given(
          await kms.generateWithoutPlaintext(masterKey, length, context, signal),
          "GenerateDataKeyWithoutPlaintext",
        ),
      ),
    decrypt: (wrapped, context, signal) =>
      call("Decrypt", null, signal, async (kms) => {
        const { plaintext, key } = await kms.decrypt(wrapped, context, signal);
        return { key: Sensitive.from(given(plaintext, "Decrypt")), masterKey: key ?? null };
      }),
    describe: (masterKey, signal) =>
      call("DescribeKey", masterKey, signal, async (kms) => {
        try {
          return (await kms.describe(masterKey, signal)) ?? null;
        } catch (error) {
          if (describeFailure(error).code === "NotFoundException") return null;
          throw error;
        }
      }),
    close() {
      direct?.close();
      sdk.close();
    },
  };
}

function given(bytes: Uint8Array | undefined, action: KeyAction): Uint8Array {
  if (bytes !== undefined && bytes.byteLength > 0) return bytes;
  throw unlike(action);
}

function unlike(action: KeyAction): CofferError {
  return new CofferError("FAILED", `KMS does not answer ${action} as it should`, {
    hint: "look at what stands between here and KMS",
  });
}
