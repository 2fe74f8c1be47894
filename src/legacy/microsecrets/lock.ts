import type { BucketObjects } from "../../aws/s3/bucket-objects.js";
import { encodeHex, encodeUtf8 } from "../../core/bytes.js";
import { randomBytes } from "../../core/ciphers.js";
import { quote } from "../../core/name.js";
import { CofferError, isCofferError } from "../../errors.js";

/** How long things may take, in ms. */
export interface LockTimes {
  /** How long nothing may happen to a lock before it is taken for one that somebody left behind. */
  readonly leftBehind: number;
  /** How long who holds it may take until it writes. */
  readonly held: number;
}

const TIMES: LockTimes = { leftBehind: 15_000, held: 5_000 };
/** The longest wait between two looks, in ms. */
const PAUSE = 120;

/** What whoever holds a lock may ask. */
export interface Held {
  /** Throws `CONFLICT` where it was held for so long that somebody else may have taken it. To be called right before writing. */
  assertFresh(): void;
}

/** Beside the uploads of a service, where microsecrets does not look. */
export function lockKeyOf(service: string): string {
  return `services/${service}/coffer.lock`;
}

/**
 * Acts while no other Coffer writes to a service: S3 holds the lock, an object that is put only where there is none. One that was left behind (a killed process) is taken over
 * after 15 seconds. Throws `CONFLICT` where it cannot be had.
 */
export async function withLock<T>(
  objects: BucketObjects,
  service: string,
  signal: AbortSignal | undefined,
  act: (held: Held) => Promise<T>,
  times = TIMES,
): Promise<T> {
  const key = lockKeyOf(service);
  await acquire(objects, key, times, signal);
  const since = performance.now();
  try {
    return await act({
      assertFresh() {
        if (performance.now() - since >= times.held) throw tooLate(service);
      },
    });
  } finally {
    // What is not fresh may be somebody else's by now.
    if (performance.now() - since < times.leftBehind - times.held) await release(objects, key);
  }
}

async function acquire(
  objects: BucketObjects,
  key: string,
  { leftBehind }: LockTimes,
  signal: AbortSignal | undefined,
): Promise<void> {
  const body = encodeUtf8(encodeHex(randomBytes(16)));
  let seen = { etag: "", since: 0 };
  for (;;) {
    if ((await objects.put(key, body, { ifNoneMatch: true }, signal)) === "done") return;
    const there = await objects.get(key, signal);
    if (there === null) continue;
    // By our own clock, which need not agree with that of S3.
    if (there.etag !== seen.etag) seen = { etag: there.etag, since: performance.now() };
    const isLeft = performance.now() - seen.since > leftBehind;
    if (isLeft && (await objects.put(key, body, { ifMatch: there.etag }, signal)) === "done") return;
    await pause(signal);
  }
}

/** Whoever may not delete leaves it to be taken over. What was done is done, whoever stops us meanwhile. */
async function release(objects: BucketObjects, key: string): Promise<void> {
  try {
    await objects.delete(key);
  } catch (error) {
    if (!isCofferError(error)) throw error;
  }
}

/** By chance, so that two who have met do not meet again. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise((resolve) => setTimeout(resolve, PAUSE * (0.2 + 0.8 * Math.random())));
  signal?.throwIfAborted();
}

function tooLate(service: string): CofferError {
  return new CofferError(
    "CONFLICT",
    `nothing was written to ${quote(service)}: it took so long that somebody else may write`,
    {
      hint: "AWS has let us wait: try again",
    },
  );
}
