import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { Aws } from "./aws.js";
import type { AwsLimits } from "./settings.js";

/** What to do after a failure: `end`, `again` after a short wait, or `slower` after a longer one, since AWS asks for that. */
export type Remedy = "end" | "again" | "slower";

const LONGEST_PAUSE = 5_000;
/** How much longer than otherwise one waits who was told that he asks too much. */
const SLOWER = 4;

/**
 * Repeats what may be repeated, with growing random waits, until it succeeds, the remedy is `end`, the time is over, or the signal fires. Then the last failure is thrown,
 * or the signal's reason.
 */
export function withRetries<T>(
  { limits, watch }: Pick<Aws, "limits" | "watch">,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
  remedyFor: (error: unknown, attempts: number) => Remedy,
): Promise<T> {
  return watch(() => repeat(limits, signal, attempt, remedyFor));
}

async function repeat<T>(
  { total, pause }: AwsLimits,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
  remedyFor: (error: unknown, attempts: number) => Remedy,
): Promise<T> {
  const end = performance.now() + total;
  for (let attempts = 1; ; attempts++) {
    try {
      return await untilAborted(signal, attempt);
    } catch (error) {
      signal?.throwIfAborted();
      const remedy = remedyFor(error, attempts);
      const longest = Math.min(pause * 2 ** (attempts - 1) * (remedy === "slower" ? SLOWER : 1), LONGEST_PAUSE);
      // From half of it to all of it, so that those who failed together do not come back together.
      const length = longest * (0.5 + Math.random() / 2);
      if (remedy === "end" || performance.now() + length > end) throw error;
      await pauseFor(length, signal);
    }
  }
}

/** The outcome of an action, or the signal's reason as soon as it fires: the SDK does not look at signals while it finds credentials. */
export async function untilAborted<T>(signal: AbortSignal | undefined, act: () => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  if (signal === undefined) return act();
  // Many requests at once may hang on one signal, and each takes its listeners off; Node would warn of a leak, on stderr.
  setMaxListeners(0, signal);
  const acting = act();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([acting, aborted]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    if (stop !== undefined) signal.removeEventListener("abort", stop);
    // It may still fail when nobody listens any more.
    acting.catch(() => {});
  }
}

/** Waits for so many ms. Throws the signal's reason. */
export async function pauseFor(length: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(length, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
