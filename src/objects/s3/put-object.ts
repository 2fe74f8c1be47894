import { setTimeout as wait } from "node:timers/promises";
import { describeFailure } from "../../aws/failure.js";
import { untilAborted } from "../../aws/retries.js";
import type { S3Condition } from "../../aws/s3/client.js";
import { sha256 } from "../../core/ciphers.js";
import { CofferError } from "../../errors.js";
import type { PutCondition } from "../object-store.js";
import type { Bucket } from "./bucket.js";
import { isETag, parseETag, writeETag } from "./etag.js";
import { learnQuoting } from "./learn-quoting.js";

/** How often a put is sent that met another one at the same moment. */
const MAX_TRIES = 10;

/**
 * Puts an object under its condition. An answer of 412, or of 404 where an ETag was to be there, is a refusal. 409 says that another put was going on and this one did
 * nothing, so that the same one is sent again: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export async function putObject(
  bucket: Bucket,
  key: string,
  bytes: Uint8Array,
  condition: PutCondition,
  signal: AbortSignal | undefined,
): Promise<{ etag: string } | "refused"> {
  if ("etag" in condition && !isETag(condition.etag)) return "refused";
  const hash = Buffer.from(sha256(bytes)).toString("base64");
  for (let tries = 1; ; tries++) {
    const isQuoted = "etag" in condition && bucket.quoting === "quoted";
    const answer = await sendOnce(bucket, key, bytes, hash, condition, signal);
    const isMisread = isQuoted && answer === "refused" && (await learnQuoting(bucket, key, condition.etag, signal));
    if (isMisread) continue;
    if (answer !== "busy") return answer;
    if (tries === MAX_TRIES) throw stillBusy(bucket.show(key));
    await pause(bucket.aws.limits.pause * 2 ** Math.min(tries - 1, 4), signal);
  }
}

async function sendOnce(
  bucket: Bucket,
  key: string,
  bytes: Uint8Array,
  hash: string,
  condition: PutCondition,
  signal: AbortSignal | undefined,
): Promise<{ etag: string } | "refused" | "busy"> {
  const { s3, aws, prefix } = bucket;
  try {
    const asked = headersOf(bucket, condition);
    const { etag } = await aws.watch(() =>
      untilAborted(signal, () => s3.put(prefix + key, bytes, hash, asked, signal)),
    );
    const parsed = parseETag(etag);
    if (parsed !== null && "etag" in condition) bucket.isQuotingKnown = true;
    if (parsed !== null) return { etag: parsed };
    throw new CofferError("UNREACHABLE", `the answer to writing ${bucket.show(key)} names no ETag`, {
      hint: "what is there can be seen by reading it",
    });
  } catch (error) {
    if (signal?.aborted === true || error instanceof CofferError) throw error;
    const { status, code } = describeFailure(error);
    if (status === 409) return "busy";
    if (status === 412 || (status === 404 && "etag" in condition && code !== "NoSuchBucket")) return "refused";
    throw bucket.explain(error, "write", key, "s3:PutObject");
  }
}

function headersOf({ quoting }: Bucket, condition: PutCondition): S3Condition {
  return "etag" in condition ? { ifMatch: writeETag(condition.etag, quoting) } : { ifNoneMatch: "*" };
}

async function pause(longest: number, signal: AbortSignal | undefined): Promise<void> {
  await untilAborted(signal, () => wait(longest * (0.5 + Math.random() / 2)));
}

function stillBusy(place: string): CofferError {
  return new CofferError("UNREACHABLE", `others are writing ${place} all the time`, { hint: "try again" });
}
