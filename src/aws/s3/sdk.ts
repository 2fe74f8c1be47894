import type { Readable } from "node:stream";
import {
  type DeleteMarkerEntry,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import { type Aws, clientConfig, makeQuietly } from "../aws.js";
import type { S3, S3Put, S3Version, S3VersionPage } from "./calls.js";

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
      const answer = await send(command, abortedBy(signal));
      const { Body, ETag, ContentLength, ChecksumSHA256, Metadata, LastModified } = answer;
      if (Body === undefined) throw new SyntaxError("an answer without a body");
      // On Node a body is a stream, which gives its bytes in pieces.
      const body = Body as Readable;
      // What nobody reads may still fail, and nobody would be there to hear of it.
      body.on("error", () => {});
      return {
        body,
        discard: () => body.destroy(),
        etag: ETag,
        length: ContentLength,
        sha256: ChecksumSHA256,
        metadata: Metadata ?? {},
        lastModified: LastModified,
      };
    },
    async put(key, bytes, sha256, asked, signal) {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: bytes,
        ContentLength: bytes.byteLength,
        ChecksumAlgorithm: "SHA256",
        ChecksumSHA256: sha256,
        ...inputFor(asked),
      });
      const { ETag } = await send(command, abortedBy(signal));
      return { etag: ETag };
    },
    async list(prefix, from, signal, delimiter) {
      const command = new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        EncodingType: "url",
        ...(from === undefined ? {} : { ContinuationToken: from }),
        ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
      });
      const page = await send(command, abortedBy(signal));
      return {
        objects: (page.Contents ?? []).flatMap(({ Key: key, LastModified, ETag = "", Size = 0 }) =>
          key === undefined ? [] : { key, lastModified: LastModified ?? new Date(0), etag: ETag, size: Size },
        ),
        prefixes: (page.CommonPrefixes ?? []).flatMap(({ Prefix }) => Prefix ?? []),
        next: page.NextContinuationToken,
        truncated: page.IsTruncated === true,
      };
    },
    async delete(key, signal) {
      await send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), abortedBy(signal));
    },
    async listVersions(prefix, from, signal) {
      const command = new ListObjectVersionsCommand({
        Bucket: bucket,
        Prefix: prefix,
        EncodingType: "url",
        ...(from?.key === undefined ? {} : { KeyMarker: from.key }),
        ...(from?.id === undefined ? {} : { VersionIdMarker: from.id }),
      });
      return describePage(await send(command, abortedBy(signal)));
    },
    async deleteVersion(key, id, signal) {
      await send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: id }), abortedBy(signal));
    },
    close: () => client.destroy(),
  };
}

function inputFor({ ifNoneMatch, ifMatch, contentType, metadata, acl, kmsKey }: S3Put): Partial<PutObjectCommandInput> {
  return {
    ContentType: contentType ?? "application/octet-stream",
    ...(ifNoneMatch === undefined ? {} : { IfNoneMatch: ifNoneMatch }),
    ...(ifMatch === undefined ? {} : { IfMatch: ifMatch }),
    ...(metadata === undefined ? {} : { Metadata: { ...metadata } }),
    ...(acl === undefined ? {} : { ACL: acl }),
    ...(kmsKey === undefined ? {} : { ServerSideEncryption: "aws:kms", SSEKMSKeyId: kmsKey }),
  };
}

function describePage(page: ListObjectVersionsCommandOutput): S3VersionPage {
  const describe =
    (isMarker: boolean) =>
    ({ Key, VersionId, IsLatest }: ObjectVersion & DeleteMarkerEntry): S3Version[] =>
      Key === undefined || VersionId === undefined
        ? []
        : [{ key: Key, id: VersionId, isLatest: IsLatest !== false, isMarker }];
  return {
    versions: [
      ...(page.Versions ?? []).flatMap(describe(false)),
      ...(page.DeleteMarkers ?? []).flatMap(describe(true)),
    ],
    next: page.IsTruncated === true ? { key: page.NextKeyMarker, id: page.NextVersionIdMarker } : undefined,
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

/** The endpoint that a variable or a profile names, where it is none of AWS's; else null. */
export async function findOtherEndpoint({ config }: S3Client): Promise<string | null> {
  // It is there, once for all requests, but not in the types of what a client has: https://github.com/smithy-lang/smithy-typescript
  const { serviceConfiguredEndpoint: find } = config as {
    serviceConfiguredEndpoint?: () => Promise<string | undefined>;
  };
  const endpoint = await find?.();
  if (endpoint === undefined || !URL.canParse(endpoint)) return null;
  const { hostname, href } = new URL(endpoint);
  return /\.amazonaws\.com(\.cn)?$/.test(hostname) ? null : href;
}

async function leadsElsewhere(client: S3Client): Promise<boolean> {
  return (await findOtherEndpoint(client)) !== null;
}

function abortedBy(abortSignal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return abortSignal === undefined ? {} : { abortSignal };
}
