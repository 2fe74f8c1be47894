import { encodeUtf8 } from "../../core/bytes.js";
import type { Aws } from "../aws.js";
import { readJson } from "../direct/answer.js";
import { openDirectClient } from "../direct/client.js";
import type { Kms } from "./calls.js";

/** KMS without the SDK, by the names of its API; bytes are in base64. Each call is sent once. */
export interface DirectKms {
  readonly region: string;
  call(
    action: string,
    input: Readonly<Record<string, unknown>>,
    signal: AbortSignal | undefined,
  ): Promise<Readonly<Record<string, unknown>>>;
  prepare(): void;
  close(): void;
}

/** Null where there is no direct way to KMS. */
export function openDirectCalls(aws: Aws): DirectKms | null {
  const endpoint = aws.direct?.find("kms", aws.region) ?? null;
  if (aws.direct == null || endpoint === null) return null;
  const { url, region } = endpoint;
  const client = openDirectClient("kms", endpoint, { credentials: aws.direct.credentials, limits: aws.limits });
  return {
    region,
    async call(action, input, signal) {
      const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `TrentService.${action}` };
      const body = encodeUtf8(JSON.stringify(input));
      return readJson(await client.send({ method: "POST", path: url.pathname, headers, body }, signal));
    },
    prepare: () => client.prepare(),
    close: () => client.close(),
  };
}

/** What KMS is asked without the SDK, each call sent once. Null where there is no direct way to it. */
export function openDirectKms(aws: Aws): Pick<Kms, "region" | "generate" | "decrypt" | "prepare" | "close"> | null {
  const direct = openDirectCalls(aws);
  if (direct === null) return null;
  const { region, call, prepare, close } = direct;
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
    prepare,
    close,
  };
}

/** The bytes of a field in base64; undefined where it is no text. */
export function bytesOf(text: unknown): Uint8Array | undefined {
  return typeof text === "string" ? Buffer.from(text, "base64") : undefined;
}
