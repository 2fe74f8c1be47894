import { encodeUtf8 } from "../core/bytes.js";
import type { Aws } from "./aws.js";
import { readJson } from "./direct-answer.js";
import { openDirectClient } from "./direct-client.js";
import type { Kms } from "./kms-calls.js";

/** What KMS is asked without the SDK, each call sent once. Null where there is no direct way to it. */
export function openDirectKms(aws: Aws): Pick<Kms, "region" | "generate" | "decrypt" | "prepare" | "close"> | null {
  const endpoint = aws.direct?.find("kms", aws.region) ?? null;
  if (aws.direct == null || endpoint === null) return null;
  const { url, region } = endpoint;
  const client = openDirectClient("kms", endpoint, { credentials: aws.direct.credentials, limits: aws.limits });
  const path = url.pathname;
  const call = async (
    action: string,
    input: Readonly<Record<string, unknown>>,
    signal: AbortSignal | undefined,
  ): Promise<Readonly<Record<string, unknown>>> => {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `TrentService.${action}` };
    const body = encodeUtf8(JSON.stringify(input));
    return readJson(await client.send({ method: "POST", path, headers, body }, signal));
  };
  return {
    region: async () => region,
    async generate(key, context, signal) {
      const input = { KeyId: key, KeySpec: "AES_256", EncryptionContext: context };
      const { Plaintext, CiphertextBlob } = await call("GenerateDataKey", input, signal);
      const [plaintext, ciphertext] = [bytesOf(Plaintext), bytesOf(CiphertextBlob)];
      return { ...(plaintext === undefined ? {} : { plaintext }), ...(ciphertext === undefined ? {} : { ciphertext }) };
    },
    async decrypt(key, ciphertext, context, signal) {
      const blob = Buffer.from(ciphertext).toString("base64");
      const input = { KeyId: key, CiphertextBlob: blob, EncryptionContext: context };
      return bytesOf((await call("Decrypt", input, signal)).Plaintext);
    },
    prepare: () => client.prepare(),
    close: () => client.close(),
  };
}

function bytesOf(text: unknown): Uint8Array | undefined {
  return typeof text === "string" ? Buffer.from(text, "base64") : undefined;
}
