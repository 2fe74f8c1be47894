import type { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { type Aws, clientConfig, makeQuietly } from "./aws.js";
import type { S3 } from "./s3-calls.js";

/** All of it by the SDK. */
export function openS3Sdk(aws: Aws, bucket: string): S3 {
  const client = makeQuietly(() => makeS3Client(aws));
  const isForeign = (): Promise<boolean> => leadsElsewhere(client);
  const send: S3Client["send"] = client.send.bind(client);
  return {
    isForeign,
    async get(key, { unless, signal }) {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ChecksumMode: "ENABLED",
        ...(unless === undefined ? {} : { IfNoneMatch: unless }),
      });
      const { Body, ETag, ContentLength, ChecksumSHA256 } = await send(command, abortedBy(signal));
      if (Body === undefined) throw new SyntaxError("an answer without a body");
      // On Node a body is a stream, which gives its bytes in pieces.
      const body = Body as Readable;
      // What nobody reads may still fail, and nobody would be there to hear of it.
      body.on("error", () => {});
      return { body, discard: () => body.destroy(), etag: ETag, length: ContentLength, sha256: ChecksumSHA256 };
    },
    async put(key, bytes, sha256, condition, signal) {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: bytes,
        ContentLength: bytes.byteLength,
        ContentType: "application/octet-stream",
        ChecksumAlgorithm: "SHA256",
        ChecksumSHA256: sha256,
        ...("ifMatch" in condition ? { IfMatch: condition.ifMatch } : { IfNoneMatch: condition.ifNoneMatch }),
      });
      const { ETag } = await send(command, abortedBy(signal));
      return { etag: ETag };
    },
    async list(prefix, from, signal) {
      const command = new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        EncodingType: "url",
        ...(from === undefined ? {} : { ContinuationToken: from }),
      });
      const page = await send(command, abortedBy(signal));
      return {
        keys: (page.Contents ?? []).flatMap(({ Key }) => Key ?? []),
        next: page.NextContinuationToken,
        truncated: page.IsTruncated === true,
      };
    },
    async delete(key, signal) {
      await send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), abortedBy(signal));
    },
    close: () => client.destroy(),
  };
}

/** A client of the SDK for S3, wherever that is. */
export function makeS3Client(aws: Aws): S3Client {
  const client: S3Client = new S3Client({
    ...clientConfig(aws, aws.newNetwork()),
    // Checksums are ours: see the driver. The SDK's own would be sent as a trailer, which not every imitation knows.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // A server of one's own seldom has a name for every bucket. The SDK takes a function for each of these parameters; its types do not say so.
    forcePathStyle: (() => leadsElsewhere(client)) as unknown as boolean,
  });
  return client;
}

/** True where a variable or a profile names an endpoint that is none of AWS's. */
async function leadsElsewhere({ config }: S3Client): Promise<boolean> {
  // It is there, once for all requests, but not in the types of what a client has: https://github.com/smithy-lang/smithy-typescript
  const { serviceConfiguredEndpoint: find } = config as {
    serviceConfiguredEndpoint?: () => Promise<string | undefined>;
  };
  const endpoint = await find?.();
  if (endpoint === undefined || !URL.canParse(endpoint)) return false;
  return !/\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname);
}

function abortedBy(abortSignal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return abortSignal === undefined ? {} : { abortSignal };
}
