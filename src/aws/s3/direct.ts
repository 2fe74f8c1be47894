import type { IncomingMessage } from "node:http";
import type { Aws } from "../aws.js";
import { readAnswer, readXmlError, readXmlField } from "../direct/answer.js";
import { openDirectClient } from "../direct/client.js";
import { escapeUri } from "../direct/signer.js";
import type { S3, S3Page, S3Put } from "./calls.js";

/** Buckets that are one part of a host's name, and none of S3's other kinds (directories, access points), which are reached otherwise. */
const PLAIN_BUCKET = /^(?!xn--|.*(--|-s3alias$))[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** A page has 1,000 keys of at most 1,024 bytes, three times as long when they are encoded. In bytes. */
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

type Direct = Pick<S3, "isForeign" | "get" | "put" | "list" | "delete" | "close">;

/** What S3 is asked without the SDK. Null where there is no direct way to the bucket. */
export function openDirectS3(aws: Aws, bucket: string): Direct | null {
  const endpoint = aws.direct?.find("s3", aws.region) ?? null;
  if (aws.direct == null || endpoint === null || !PLAIN_BUCKET.test(bucket)) return null;
  const { url, region, isForeign } = endpoint;
  // A server of one's own seldom has a name for every bucket.
  const there = isForeign ? url : new URL(`${url.protocol}//${bucket}.${url.host}`);
  const root = isForeign ? `${url.pathname.replace(/\/$/, "")}/${bucket}` : "";
  const client = openDirectClient(
    "s3",
    { url: there, region },
    { credentials: aws.direct.credentials, limits: aws.limits },
  );
  return {
    isForeign: async () => isForeign,
    async get(key, { unless, signal }) {
      const headers = {
        "x-amz-checksum-mode": "ENABLED",
        ...(unless === undefined ? {} : { "if-none-match": unless }),
      };
      const answer = await client.send({ method: "GET", path: `${root}/${encodeKey(key)}`, headers }, signal);
      if (answer.statusCode !== 200) throw await readXmlError(answer);
      // What nobody reads may still fail, and nobody would be there to hear of it.
      answer.on("error", () => {});
      const { etag, "content-length": length, "x-amz-checksum-sha256": sha256 } = answer.headers;
      return {
        body: answer,
        discard: () => answer.destroy(),
        etag,
        length: length === undefined ? undefined : Number(length),
        sha256: typeof sha256 === "string" ? sha256 : undefined,
        metadata: metadataOf(answer.headers),
        lastModified: dateOf(answer.headers["last-modified"]),
      };
    },
    async put(key, bytes, sha256, asked, signal) {
      const headers = { ...headersOf(asked), ...headersFor(sha256) };
      const path = `${root}/${encodeKey(key)}`;
      const answer = await client.send({ method: "PUT", path, headers, body: bytes }, signal);
      if (answer.statusCode !== 200) throw await readXmlError(answer);
      await drain(answer);
      return { etag: answer.headers.etag };
    },
    async list(prefix, from, signal, delimiter) {
      const query = {
        "list-type": "2",
        "encoding-type": "url",
        prefix,
        ...(from === undefined ? {} : { "continuation-token": from }),
        ...(delimiter === undefined ? {} : { delimiter }),
      };
      const answer = await client.send({ method: "GET", path: root || "/", query, headers: {} }, signal);
      if (answer.statusCode !== 200) throw await readXmlError(answer);
      return parsePage(Buffer.from(await readAnswer(answer, MAX_PAGE_BYTES)).toString("utf8"));
    },
    async delete(key, signal) {
      const answer = await client.send({ method: "DELETE", path: `${root}/${encodeKey(key)}`, headers: {} }, signal);
      if (answer.statusCode !== 204 && answer.statusCode !== 200) throw await readXmlError(answer);
      await drain(answer);
    },
    close: () => client.close(),
  };
}

function headersOf({ ifNoneMatch, ifMatch, contentType, metadata = {}, acl, kmsKey }: S3Put): Record<string, string> {
  const stored = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value] as const);
  return {
    "content-type": contentType ?? "application/octet-stream",
    ...(ifNoneMatch === undefined ? {} : { "if-none-match": ifNoneMatch }),
    ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
    ...(acl === undefined ? {} : { "x-amz-acl": acl }),
    ...(kmsKey === undefined
      ? {}
      : { "x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": kmsKey }),
    ...Object.fromEntries(stored),
  };
}

function metadataOf(headers: IncomingMessage["headers"]): Record<string, string> {
  const prefix = "x-amz-meta-";
  const stored = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(prefix) && typeof value === "string" ? [[name.slice(prefix.length), value] as const] : [],
  );
  return Object.fromEntries(stored);
}

function dateOf(header: string | undefined): Date | undefined {
  const date = new Date(header ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** A page of a list: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html. Throws `SyntaxError` for what is none. */
function parsePage(xml: string): S3Page {
  if (!/<ListBucketResult[\s>]/.test(xml) || !xml.includes("</ListBucketResult>")) {
    throw new SyntaxError("an answer that is no list");
  }
  const parts = (name: string): string[] =>
    Array.from(xml.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, "g")), ([, part = ""]) => part);
  return {
    objects: parts("Contents").map((part) => ({
      key: readXmlField(part, "Key") ?? "",
      lastModified: dateOf(readXmlField(part, "LastModified")) ?? new Date(0),
      etag: readXmlField(part, "ETag") ?? "",
      size: Number(readXmlField(part, "Size") ?? 0),
    })),
    prefixes: parts("CommonPrefixes").map((part) => readXmlField(part, "Prefix") ?? ""),
    next: readXmlField(xml, "NextContinuationToken"),
    truncated: readXmlField(xml, "IsTruncated") === "true",
  };
}

/** The hash twice: for S3 to keep, and for the signature. */
function headersFor(sha256: string): Record<string, string> {
  return {
    "x-amz-sdk-checksum-algorithm": "SHA256",
    "x-amz-checksum-sha256": sha256,
    "x-amz-content-sha256": Buffer.from(sha256, "base64").toString("hex"),
  };
}

/** As RFC 3986 section 2.3 has it, and the signature counts on it; slashes stay. */
function encodeKey(key: string): string {
  return escapeUri(key).replaceAll("%2F", "/");
}

/** Reads to the end what says nothing, so that the connection can be used again. */
async function drain(answer: IncomingMessage): Promise<void> {
  for await (const _ of answer);
}
