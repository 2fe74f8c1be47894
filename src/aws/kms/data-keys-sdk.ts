import {
  DecryptCommand,
  DescribeKeyCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import { type Aws, clientConfig, makeQuietly } from "../aws.js";
import type { DataKeyCalls } from "./data-key-calls.js";

/** All of it by the SDK. */
export function openSdkDataKeys(aws: Aws): DataKeyCalls {
  const network = aws.newNetwork();
  const client = makeQuietly(() => new KMSClient(clientConfig(aws, network)));
  const limit = (abortSignal: AbortSignal | undefined): { abortSignal?: AbortSignal } =>
    abortSignal === undefined ? {} : { abortSignal };
  return {
    async generate(key, length, context, signal) {
      const input = { KeyId: key, NumberOfBytes: length, EncryptionContext: { ...context } };
      const { Plaintext, CiphertextBlob } = await client.send(new GenerateDataKeyCommand(input), limit(signal));
      return { plaintext: Plaintext, ciphertext: CiphertextBlob };
    },
    async generateWithoutPlaintext(key, length, context, signal) {
      const input = { KeyId: key, NumberOfBytes: length, EncryptionContext: { ...context } };
      return (await client.send(new GenerateDataKeyWithoutPlaintextCommand(input), limit(signal))).CiphertextBlob;
    },
    async decrypt(ciphertext, context, signal) {
      const input = { CiphertextBlob: ciphertext, EncryptionContext: { ...context } };
      const { Plaintext, KeyId } = await client.send(new DecryptCommand(input), limit(signal));
      return { plaintext: Plaintext, key: KeyId };
    },
    async describe(key, signal) {
      return (await client.send(new DescribeKeyCommand({ KeyId: key }), limit(signal))).KeyMetadata?.Arn;
    },
    close() {
      client.destroy();
      network.close();
    },
  };
}
