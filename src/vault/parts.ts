import { setTimeout as wait } from "node:timers/promises";
import { randomBytes } from "../core/ciphers.js";
import type { Random } from "../core/sealing.js";
import { CofferError } from "../errors.js";
import type { VaultOptions } from "./contract.js";
import { LatestHead } from "./heads/latest-head.js";
import { KeyRing } from "./key-ring.js";

const DEFAULT_TIMEOUT = 30_000;

/** What the vault's functions work with: the options, with what was left out filled in. */
export interface VaultParts extends VaultOptions {
  readonly ring: KeyRing;
  readonly latest: LatestHead;
  readonly now: () => Date;
  readonly timeout: number;
  readonly random: Random;
  /** Who makes changes; found out once. */
  readonly findAuthor: () => Promise<string | undefined>;
  /** Waits a short, random while before attempt `n` (from 1). */
  readonly pause: (attempt: number, signal?: AbortSignal) => Promise<void>;
}

/** Tests give their own randomness and waiting. */
export type VaultExtras = Partial<Pick<VaultParts, "random" | "pause">>;

export function assembleParts(options: VaultOptions & VaultExtras): VaultParts {
  const { author } = options;
  let finding: Promise<string | undefined> | undefined;
  const findAuthor = (): Promise<string | undefined> => {
    finding ??= typeof author === "function" ? author() : Promise.resolve(author);
    return finding;
  };
  return {
    ...options,
    ring: new KeyRing(...(options.keys === null ? [] : [options.keys])),
    latest: new LatestHead(),
    now: options.now ?? (() => new Date()),
    timeout: options.timeout ?? DEFAULT_TIMEOUT,
    random: options.random ?? randomBytes,
    findAuthor,
    pause: options.pause ?? pauseShortly,
  };
}

/** A signal that fires when the caller's does, or (its reason is `UNREACHABLE`) when the call has lasted as long as it may. */
export function deadline({ timeout }: VaultParts, signal: AbortSignal | undefined): AbortSignal {
  const limit = new AbortController();
  const late = new CofferError("UNREACHABLE", `it was not done within ${timeout / 1000} s`, {
    hint: "try again, or give it longer",
  });
  setTimeout(() => limit.abort(late), timeout).unref();
  return signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]);
}

// Doubling from 10 ms to 640 ms, each time anything between half and the whole of it, so that two who collided part.
async function pauseShortly(attempt: number, signal?: AbortSignal): Promise<void> {
  const longest = 10 * 2 ** Math.min(attempt - 1, 6);
  try {
    await wait(longest * (0.5 + Math.random() / 2), undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    // The timer throws an error of its own; the caller is promised the signal's reason.
    signal?.throwIfAborted();
    throw error;
  }
}
