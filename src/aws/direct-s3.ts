import type { IncomingMessage } from "node:http";
import type { Aws } from "./aws.js";
import { readXmlError } from "./direct-answer.js";
import { openDirectClient } from "./direct-client.js";
import type { S3, S3Condition } from "./s3-calls.js";

/** Buckets that are one part of a host's name, and none of S3's other kinds (directories, access points), which are reached otherwise. */
const PLAIN_BUCKET = /^(?!xn--|.*(--|-s3alias$))[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** What S3 is asked without the SDK. Null where there is no direct way to the bucket. */
export function openDirectS3(aws: Aws, bucket: string): Pick<S3, "isForeign" | "get" | "put" | "close"> | null {
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
      };
    },
    async put(key, bytes, sha256, condition, signal) {
      const headers = { ...headersOf(condition), ...headersFor(sha256) };
      const path = `${root}/${encodeKey(key)}`;
      const answer = await client.send({ method: "PUT", path, headers, body: bytes }, signal);
      if (answer.statusCode !== 200) throw await readXmlError(answer);
      await drain(answer);
      return { etag: answer.headers.etag };
    },
    close: () => client.close(),
  };
}

function headersOf(condition: S3Condition): Record<string, string> {
  return "ifMatch" in condition ? { "if-match": condition.ifMatch } : { "if-none-match": condition.ifNoneMatch };
}

/** The hash twice: for S3 to keep, and for the signature. */
function headersFor(sha256: string): Record<string, string> {
  return {
    "content-type": "application/octet-stream",
    "x-amz-sdk-checksum-algorithm": "SHA256",
    "x-amz-checksum-sha256": sha256,
    "x-amz-content-sha256": Buffer.from(sha256, "base64").toString("hex"),
  };
}

/** As RFC 3986 section 2.3 has it, and the signature counts on it; slashes stay. */
function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%2F", "/");
}

/** Reads to the end what says nothing, so that the connection can be used again. */
async function drain(answer: IncomingMessage): Promise<void> {
  for await (const _ of answer);
}
