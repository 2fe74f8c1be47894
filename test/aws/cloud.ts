import { randomBytes } from "node:crypto";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { type Aws, type AwsLimits, makeQuietly, openAws } from "../../src/aws/aws.js";
import { type EmulatorSource, startEmulator } from "./emulator.js";
import { type AwsProxy, startProxy } from "./proxy/proxy.js";

export const REGION = "eu-central-1";

/** An emulator behind our proxy, and the ways in which tests use it. */
export interface Cloud {
  readonly proxy: AwsProxy;
  /** What a command needs to find it, and no more. */
  readonly env: Readonly<Record<string, string>>;
  /** Who asks, in this process; the direct way, or all through the SDK. */
  aws(limits?: Partial<AwsLimits>, way?: Way): Promise<Aws>;
  /** For what only an owner does: make keys and buckets, disable keys. What it does is not counted. */
  readonly kms: KMSClient;
  readonly s3: S3Client;
  newBucket(): Promise<string>;
  /** A new key's ARN. */
  newKey(): Promise<string>;
  stop(): Promise<void>;
}

/** The ways in which S3 and KMS are asked. */
export const WAYS = ["direct", "sdk"] as const;
export type Way = (typeof WAYS)[number];

/** Waits that tests have time for: as long as the machine needs at its slowest, and repetitions at once. */
export const QUICK: Partial<AwsLimits> = { pause: 5 };

/** Starts what was found, with our proxy before it. This process's variables lead to it from then on, as the SDK reads them. */
export async function startCloud(source: EmulatorSource): Promise<Cloud> {
  const emulator = await startEmulator(source);
  const proxy = await startProxy(emulator.url, emulator.s3);
  const env = {
    AWS_ENDPOINT_URL: proxy.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: process.env.COFFER_TEST_AWS_ACCESS_KEY_ID ?? "AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY: process.env.COFFER_TEST_AWS_SECRET_ACCESS_KEY ?? "secret",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  // Whoever runs the tests may have settings of their own, and credentials.
  for (const name of Object.keys(process.env)) if (/^AWS_|_proxy$/i.test(name)) delete process.env[name];
  Object.assign(process.env, env, { AWS_CONFIG_FILE: "/nowhere", AWS_SHARED_CREDENTIALS_FILE: "/nowhere" });
  const owner = { region: REGION, endpoint: proxy.url, forcePathStyle: true };
  const [kms, s3] = makeQuietly(() => [new KMSClient(owner), new S3Client(owner)] as const);
  return {
    proxy,
    env,
    kms,
    s3,
    async aws(limits = QUICK, way = "direct") {
      const aws = await openAws({ region: REGION, limits });
      if (aws.direct === null)
        throw new Error("nothing here should stand in the direct way: an AWS_ variable, or ~/.aws");
      return way === "direct" ? aws : { ...aws, direct: null };
    },
    async newBucket() {
      const name = `coffer-test-${randomBytes(8).toString("hex")}`;
      await s3.send(
        new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: REGION } }),
      );
      return name;
    },
    async newKey() {
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
      return KeyMetadata?.Arn ?? "";
    },
    async stop() {
      kms.destroy();
      s3.destroy();
      await proxy.close();
      emulator.stop();
    },
  };
}
