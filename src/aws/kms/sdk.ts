import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import { type Aws, clientConfig, makeQuietly } from "../aws.js";
import type { Network } from "../network.js";
import type { Kms } from "./calls.js";

/** All of it by the SDK; each call is sent once. */
export function openKmsSdk(aws: Aws): Kms {
  const network = aws.newNetwork();
  const client = makeQuietly(() => new KMSClient(clientConfig(aws, network)));
  const limit = (abortSignal: AbortSignal | undefined): { abortSignal?: AbortSignal } =>
    abortSignal === undefined ? {} : { abortSignal };
  return {
    region: () => client.config.region(),
    async describe(key, signal) {
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: key }), limit(signal));
      return KeyMetadata?.Arn;
    },
    async generate(key, context, signal) {
      const input = { KeyId: key, KeySpec: "AES_256", EncryptionContext: { ...context } } as const;
      const made = await client.send(new GenerateDataKeyCommand(input), limit(signal));
      return {
        ...(made.Plaintext === undefined ? {} : { plaintext: made.Plaintext }),
        ...(made.CiphertextBlob === undefined ? {} : { ciphertext: made.CiphertextBlob }),
      };
    },
    async encrypt(key, plaintext, context, signal) {
      const input = { KeyId: key, Plaintext: plaintext, EncryptionContext: { ...context } };
      return (await client.send(new EncryptCommand(input), limit(signal))).CiphertextBlob;
    },
    async decrypt(key, ciphertext, context, signal) {
      const input = { KeyId: key, CiphertextBlob: ciphertext, EncryptionContext: { ...context } };
      return (await client.send(new DecryptCommand(input), limit(signal))).Plaintext;
    },
    prepare() {
      prepareConnection(client, network);
      // Whoever asks first hears what is wrong with them.
      aws.credentials().catch(() => {});
    },
    close() {
      client.destroy();
      network.close();
    },
  };
}

/** Lets the SDK find out where a call would go, and stops it there: only it knows all variables, profiles, FIPS and dualstack. */
function prepareConnection(client: KMSClient, network: Network): void {
  const command = new DecryptCommand({ CiphertextBlob: new Uint8Array(1) });
  command.middlewareStack.add(
    () => async (call) => {
      const { protocol, hostname, port } = describePeer(call);
      network.prepare(protocol, { host: hostname, port: port ?? (protocol === "http:" ? 80 : 443) });
      throw new Prepared();
    },
    { step: "build", priority: "low", name: "prepareConnection" },
  );
  client.send(command).catch(() => {});
}

/** Nothing failed: the call went as far as it should. */
class Prepared extends Error {}

function describePeer({ request }: { request?: unknown }): { protocol: string; hostname: string; port?: number } {
  // What the SDK has made of the call by then is an HTTP request: https://smithy.io/2.0/ts-ssdk/introduction.html
  return request as { protocol: string; hostname: string; port?: number };
}
