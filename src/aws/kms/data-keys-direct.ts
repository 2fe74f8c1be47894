import type { Aws } from "../aws.js";
import type { DataKeyCalls } from "./data-key-calls.js";
import { bytesOf, openDirectCalls } from "./direct.js";

/** Without the SDK; null where there is no direct way to KMS. */
export function openDirectDataKeys(aws: Aws): DataKeyCalls | null {
  const direct = openDirectCalls(aws);
  if (direct === null) return null;
  const { call, close } = direct;
  return {
    async generate(key, length, context, signal) {
      const input = { KeyId: key, NumberOfBytes: length, EncryptionContext: context };
      const { Plaintext, CiphertextBlob } = await call("GenerateDataKey", input, signal);
      return { plaintext: bytesOf(Plaintext), ciphertext: bytesOf(CiphertextBlob) };
    },
    async generateWithoutPlaintext(key, length, context, signal) {
      const input = { KeyId: key, NumberOfBytes: length, EncryptionContext: context };
      return bytesOf((await call("GenerateDataKeyWithoutPlaintext", input, signal)).CiphertextBlob);
    },
    async decrypt(ciphertext, context, signal) {
      const input = { CiphertextBlob: Buffer.from(ciphertext).toString("base64"), EncryptionContext: context };
      const { Plaintext, KeyId } = await call("Decrypt", input, signal);
      return { plaintext: bytesOf(Plaintext), key: textOf(KeyId) };
    },
    async describe(key, signal) {
      const { KeyMetadata } = await call("DescribeKey", { KeyId: key }, signal);
      return textOf(Object(KeyMetadata).Arn);
    },
    close,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
