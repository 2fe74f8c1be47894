import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import { type Aws, clientConfig, makeQuietly } from "../aws.js";
import { explain } from "../explain.js";
import { describeFailure, remedyFor } from "../failure.js";
import { withRetries } from "../retries.js";

/** A key of KMS, as KMS describes it. */
export interface KeyDescription {
  readonly arn: string;
  /** `Enabled`, `Disabled`, `PendingDeletion` … */
  readonly state: string;
  /** Whether it is symmetric and made for encrypting. */
  readonly encrypts: boolean;
  /** Whether its owner has it made by KMS, which can then rotate it. */
  readonly rotates: boolean;
}

/** What is asked of master keys themselves, and said to them. All throw `ACCESS_DENIED` naming the right that is missing, `UNREACHABLE`, `USAGE`. */
export interface KeyClient {
  /** The key that an ARN, an id or an alias names; null where there is none. */
  describe(key: string): Promise<KeyDescription | null>;
  isRotated(arn: string): Promise<boolean>;
  enableRotation(arn: string): Promise<void>;
  /** Makes a new key, whose policy leaves to its account who may use it; its ARN. */
  create(description: string): Promise<string>;
  /** False where the alias leads somewhere already. */
  createAlias(alias: string, arn: string): Promise<boolean>;
  close(): void;
}

/** `signal` ends whatever is under way. */
export function openKeys(aws: Aws, signal?: AbortSignal): KeyClient {
  const network = aws.newNetwork();
  const client = makeQuietly(() => new KMSClient(clientConfig(aws, network)));

  async function call<T>(action: string, resource: string, send: Send<T>, remedy = remedyFor): Promise<T> {
    try {
      const options = signal === undefined ? {} : { abortSignal: signal };
      return await withRetries(aws, signal, () => send(options), remedy);
    } catch (error) {
      signal?.throwIfAborted();
      throw explain(
        error,
        { doing: `${DOING[action] ?? "look at"} ${resource}`, action: `kms:${action}`, resource },
        aws,
      );
    }
  }

  return {
    async describe(key) {
      const send: Send<KeyDescription | null> = async (options) => {
        try {
          const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: key }), options);
          return describe(KeyMetadata);
        } catch (error) {
          if (describeFailure(error).code === "NotFoundException") return null;
          throw error;
        }
      };
      return call("DescribeKey", key, send);
    },
    async isRotated(arn) {
      const answer = await call("GetKeyRotationStatus", arn, (options) =>
        client.send(new GetKeyRotationStatusCommand({ KeyId: arn }), options),
      );
      return answer.KeyRotationEnabled === true;
    },
    async enableRotation(arn) {
      await call("EnableKeyRotation", arn, (options) =>
        client.send(new EnableKeyRotationCommand({ KeyId: arn }), options),
      );
    },
    async create(description) {
      const input = { Description: description, KeySpec: "SYMMETRIC_DEFAULT", KeyUsage: "ENCRYPT_DECRYPT" } as const;
      // After an answer that was lost there may be a key already, which costs money: only what surely did nothing is repeated.
      const { KeyMetadata } = await call(
        "CreateKey",
        "*",
        (options) => client.send(new CreateKeyCommand(input), options),
        (error, attempts) => (remedyFor(error, attempts) === "slower" ? "slower" : "end"),
      );
      return KeyMetadata?.Arn ?? "";
    },
    createAlias: (alias, arn) =>
      call("CreateAlias", alias, async (options) => {
        try {
          await client.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: arn }), options);
          return true;
        } catch (error) {
          if (describeFailure(error).code === "AlreadyExistsException") return false;
          throw error;
        }
      }),
    close() {
      client.destroy();
      network.close();
    },
  };
}

type Send<T> = (options: { abortSignal?: AbortSignal }) => Promise<T>;

const DOING: Readonly<Record<string, string>> = {
  EnableKeyRotation: "enable the rotation of",
  CreateKey: "make a master key:",
  CreateAlias: "name a master key",
};

function describe(metadata: Metadata | undefined): KeyDescription | null {
  if (metadata?.Arn === undefined) return null;
  // AWS says both of every key; what imitates it says nothing where it is the usual.
  const { KeySpec: spec = "SYMMETRIC_DEFAULT", KeyUsage: usage = "ENCRYPT_DECRYPT" } = metadata;
  const encrypts = spec === "SYMMETRIC_DEFAULT" && usage === "ENCRYPT_DECRYPT";
  return {
    arn: metadata.Arn,
    state: metadata.KeyState ?? "unknown",
    encrypts,
    rotates: encrypts && metadata.KeyManager !== "AWS" && metadata.Origin === "AWS_KMS",
  };
}

type Metadata = {
  readonly Arn?: string | undefined;
  readonly KeySpec?: string | undefined;
  readonly KeyUsage?: string | undefined;
  readonly KeyState?: string | undefined;
  readonly KeyManager?: string | undefined;
  readonly Origin?: string | undefined;
};
