import { CreateAliasCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { makeQuietly } from "../../src/aws/aws.js";
import type { Cloud } from "../aws/cloud.js";

/** Where microsecrets looks unless it is told otherwise. */
const REGION = "us-east-1";

/** What its owner does there. What is done is not counted. */
export interface Owner {
  newBucket(name: string): Promise<void>;
  /** Makes the keys of services. */
  newKeys(services: readonly string[]): Promise<void>;
  close(): void;
}

export function ownMicrosecrets({ proxy }: Cloud): Owner {
  const settings = { region: REGION, endpoint: proxy.url, forcePathStyle: true };
  const [kms, s3] = makeQuietly(() => [new KMSClient(settings), new S3Client(settings)] as const);
  return {
    newBucket: async (Bucket) => void (await s3.send(new CreateBucketCommand({ Bucket }))),
    async newKeys(services) {
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
      for (const service of services) {
        const AliasName = `alias/microsecrets-${service}`;
        await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyMetadata?.KeyId ?? "" }));
      }
    },
    close() {
      kms.destroy();
      s3.destroy();
    },
  };
}
