import { isEqualBytes } from "../../core/bytes.js";
import { sha256 } from "../../core/ciphers.js";
import { CofferError, isCofferError } from "../../errors.js";
import type { Aws } from "../aws.js";
import { describeFailure, isUnsettled, remedyFor } from "../failure.js";
import { pauseFor, untilAborted } from "../retries.js";
import type { S3Put } from "./calls.js";

/** An object with all that belongs to it. */
export interface BucketObject {
  readonly body: Uint8Array;
  /** What was stored beside it, by names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  /** When it was written, to the second. */
  readonly lastModified: Date;
  /** As S3 writes it, with its quotes; for `ifMatch`. */
  readonly etag: string;
}

/** How an object is put. Without a condition it takes the place of whatever is there. */
export interface PutOptions {
  /** There must be none. */
  readonly ifNoneMatch?: true;
  /** The object that has this ETag must be there. */
  readonly ifMatch?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** `binary/octet-stream`, which S3 itself writes where it is not told. */
  readonly contentType?: string;
  readonly acl?: "private";
  /** The key of KMS that S3 encrypts it with; without one the bucket's rule counts. */
  readonly kmsKey?: string;
}

/** The ways to the one object that is written. */
export interface PutPlace {
  readonly aws: Aws;
  /** For messages. */
  readonly place: string;
  /** Sends the put once; `hash` is the SHA-256 of the bytes in base64. */
  readonly send: (hash: string, asked: S3Put) => Promise<unknown>;
  /** What is there now, if anything is. */
  readonly find: () => Promise<BucketObject | null>;
  readonly explain: (error: unknown) => unknown;
}

/** How often a put is sent whose answers get lost, or which meets others at the same moment. */
const MAX_TRIES = 8;

/**
 * Puts an object so that what became of it is known: after a lost answer what is there tells, and where it is not there the put is sent again, under the same condition, which keeps
 * it from happening twice. `lost`: the condition does not hold. Throws `OUTCOME_UNKNOWN` where the answer was lost and what is there cannot be read.
 */
export async function putSettled(
  { aws, place, send, find, explain }: PutPlace,
  body: Uint8Array,
  options: PutOptions,
  signal: AbortSignal | undefined,
): Promise<"done" | "lost"> {
  const hash = Buffer.from(sha256(body)).toString("base64");
  const asked = askedBy(options);
  const isThere = async (): Promise<boolean> => {
    const found = await find();
    return found !== null && isEqualBytes(found.body, body) && hasMetadata(found, options.metadata);
  };
  let unsettled: unknown;
  for (let tries = 1; ; tries++) {
    try {
      await aws.watch(() => untilAborted(signal, () => send(hash, asked)));
      return "done";
    } catch (error) {
      signal?.throwIfAborted();
      const remedy = remedyForPut(error, options);
      if (remedy === "lost" && unsettled === undefined) return "lost";
      if (remedy === "lost") return (await settle(isThere, place, unsettled)) ? "done" : "lost";
      if (remedy === "unsettled") {
        unsettled ??= error;
        // Who may not read may still send it again.
        if (await isThere().catch(ifUnreadable)) return "done";
      }
      if (remedy === "end" || tries === MAX_TRIES) throw explain(error);
      await pauseFor(aws.limits.pause * 2 ** Math.min(tries - 1, 6) * (0.5 + Math.random() / 2), signal);
    }
  }
}

function askedBy({ ifNoneMatch, ...rest }: PutOptions): S3Put {
  return { contentType: "binary/octet-stream", ...rest, ...(ifNoneMatch === true ? { ifNoneMatch: "*" } : {}) };
}

/** `busy`: another put was going on, and this one did nothing. */
function remedyForPut(error: unknown, { ifMatch }: PutOptions): "lost" | "busy" | "unsettled" | "end" {
  const failure = describeFailure(error);
  const { status, code } = failure;
  if (status === 412 || (status === 404 && ifMatch !== undefined && code !== "NoSuchBucket")) return "lost";
  if (status === 409) return "busy";
  return isUnsettled(failure) && remedyFor(error, 1) !== "end" ? "unsettled" : "end";
}

/** After an answer was lost and the condition holds no more: whether that was our own doing. */
async function settle(isThere: () => Promise<boolean>, place: string, cause: unknown): Promise<boolean> {
  try {
    return await isThere();
  } catch (error) {
    if (!isCofferError(error)) throw error;
    throw new CofferError("OUTCOME_UNKNOWN", `whether ${place} was written is not known: the answer was lost`, {
      hint: "look at what is there before you try again",
      cause,
    });
  }
}

function ifUnreadable(error: unknown): false {
  if (isCofferError(error, "ACCESS_DENIED") || isCofferError(error, "UNREACHABLE")) return false;
  throw error;
}

function hasMetadata({ metadata }: BucketObject, wanted: Readonly<Record<string, string>> = {}): boolean {
  const names = Object.keys(wanted);
  return names.length === Object.keys(metadata).length && names.every((name) => metadata[name] === wanted[name]);
}
