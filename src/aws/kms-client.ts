import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import { type Aws, clientConfig, makeQuietly } from "./aws.js";
import { remedyFor } from "./failure.js";
import type { Network } from "./network.js";
import { withRetries } from "./retries.js";

type Pairs = Readonly<Record<string, string>>;

/** The four calls that a master key takes. All may be repeated, and are. They throw the SDK's errors, or the signal's reason. */
export interface Kms {
  /** The region that calls go to. */
  region(): Promise<string>;
  /** The ARN of the key that an id, an ARN or an alias names. */
  describe(key: string, signal?: AbortSignal): Promise<string | undefined>;
  generate(
    key: string,
    context: Pairs,
    signal?: AbortSignal,
  ): Promise<{ plaintext?: Uint8Array; ciphertext?: Uint8Array }>;
  encrypt(key: string, plaintext: Uint8Array, context: Pairs, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  decrypt(key: string, ciphertext: Uint8Array, context: Pairs, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** Begins to connect and to find credentials, so that the first call need not wait for either. */
  prepare(): void;
  close(): void;
}

export function openKms(aws: Aws): Kms {
  const network = aws.newNetwork();
  const client = makeQuietly(() => new KMSClient(clientConfig(aws, network)));
  const repeat = <T>(
    signal: AbortSignal | undefined,
    call: (options: { abortSignal?: AbortSignal }) => Promise<T>,
  ): Promise<T> => withRetries(aws, signal, () => call(signal === undefined ? {} : { abortSignal: signal }), remedyFor);
  return {
    region: () => client.config.region(),
    async describe(key, signal) {
      const { KeyMetadata } = await repeat(signal, (options) =>
        client.send(new DescribeKeyCommand({ KeyId: key }), options),
      );
      return KeyMetadata?.Arn;
    },
    async generate(key, context, signal) {
      const input = { KeyId: key, KeySpec: "AES_256", EncryptionContext: { ...context } } as const;
      const made = await repeat(signal, (options) => client.send(new GenerateDataKeyCommand(input), options));
      return {
        ...(made.Plaintext === undefined ? {} : { plaintext: made.Plaintext }),
        ...(made.CiphertextBlob === undefined ? {} : { ciphertext: made.CiphertextBlob }),
      };
    },
    async encrypt(key, plaintext, context, signal) {
      const input = { KeyId: key, Plaintext: plaintext, EncryptionContext: { ...context } };
      return (await repeat(signal, (options) => client.send(new EncryptCommand(input), options))).CiphertextBlob;
    },
    async decrypt(key, ciphertext, context, signal) {
      const input = { KeyId: key, CiphertextBlob: ciphertext, EncryptionContext: { ...context } };
      return (await repeat(signal, (options) => client.send(new DecryptCommand(input), options))).Plaintext;
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
