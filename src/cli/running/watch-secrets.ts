import { setTimeout as sleep } from "node:timers/promises";
import type { Head } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { isVault } from "../../open/open-store.js";
import type { ProgramSecrets } from "../../settings/environment/read-program.js";
import type { ProgramStores } from "../../settings/environment/referenced-stores.js";
import type { Session } from "../../settings/session.js";

/** By so much an interval may be longer or shorter, so that not all machines ask at once. */
const JITTER = 0.1;
/** Whoever changes something often changes more right after: it is looked at again until it stands still, or has moved so often. */
const SETTLE_MS = 2_000;
const MOST_SETTLES = 5;

type Sources = ProgramSecrets["sources"];

export interface Watch<T extends { readonly sources: Sources }> {
  readonly stores: ProgramStores;
  /** How often to look, in ms. */
  readonly interval: number;
  /** Reads everything anew, from these. */
  readonly read: (stores: ProgramStores) => Promise<T>;
  /** Whether somebody who has the one would notice the other. */
  readonly differs: (before: T, now: T) => boolean;
  /** Hears what looking and reading throw, once for each row of failures. */
  readonly onFailure: (error: unknown) => void | Promise<void>;
}

/**
 * Looks at the heads that `present` was read from, with one conditional request for each of them and interval, until what was read is
 * not what would be read now. What is read then is given back; null when the signal ends it. Failures change nothing: it looks again.
 */
export async function waitForChange<T extends { readonly sources: Sources }>(
  watch: Watch<T>,
  present: T,
  signal: AbortSignal,
): Promise<T | null> {
  const stores = limit(watch.stores, signal);
  let { sources } = present;
  let told: string | null = null;
  while (!signal.aborted) {
    try {
      await sleep(watch.interval * (1 - JITTER + 2 * JITTER * Math.random()), undefined, { signal });
      const seen = await look(stores, sources);
      if (seen !== null) {
        await settle({ ...watch, stores }, seen, signal);
        const now = await watch.read(stores);
        assertNotBehind(stores, sources, now.sources);
        if (watch.differs(present, now)) return signal.aborted ? null : now;
        sources = now.sources;
      }
      told = null;
    } catch (error) {
      if (signal.aborted) break;
      const text = error instanceof Error ? error.message : String(error);
      if (text !== told) await watch.onFailure(error);
      told = text;
    }
  }
  return null;
}

/** The sources with the heads that they have now, or null where all are as they were. */
async function look(stores: ProgramStores, sources: Sources): Promise<Sources | null> {
  const now = await Promise.all(
    sources.map(async ({ store, head }) => {
      const { store: asked, call } = sessionOf(stores, store);
      const found = await asked.head(head.namespace, { ...call(), unless: head.etag });
      if (found === null) throw new CofferError("NOT_FOUND", `there is nothing in ${head.namespace || "/"} any more`);
      return found === "unchanged" ? null : { store, head: found };
    }),
  );
  if (now.every((source) => source === null)) return null;
  return sources.map((source, index) => now[index] ?? source);
}

async function settle<T extends { readonly sources: Sources }>(
  { stores, interval }: Watch<T>,
  seen: Sources,
  signal: AbortSignal,
): Promise<void> {
  let sources: Sources | null = seen;
  for (let turn = 0; sources !== null && turn < MOST_SETTLES; turn++) {
    await sleep(Math.min(interval, SETTLE_MS), undefined, { signal });
    sources = await look(stores, sources);
  }
}

function sessionOf(stores: ProgramStores, store: string | null): Session {
  const session = store === null ? stores.own : stores.others.get(store);
  if (session == null) throw new TypeError("a source in a store that is not open");
  return session;
}

/** The same, each call of which ends with the signal as well. */
function limit({ own, others }: ProgramStores, signal: AbortSignal): ProgramStores {
  const limited = ({ store, call }: Session): Session => {
    const until = (own: AbortSignal | undefined): AbortSignal =>
      own === undefined ? signal : AbortSignal.any([own, signal]);
    return { store, call: () => ({ signal: until(call().signal) }) };
  };
  return {
    own: own === null ? null : limited(own),
    others: new Map([...others].map(([url, session]) => [url, limited(session)])),
  };
}

/** What is remembered of heads says so already; but there may be no place to remember anything. */
function assertNotBehind(stores: ProgramStores, before: Sources, now: Sources): void {
  for (const { store, head } of now) {
    const known = before.find((source) => source.store === store && source.head.namespace === head.namespace)?.head;
    if (known === undefined || !isVault(sessionOf(stores, store).store) || !isBehind(head, known)) continue;
    throw new CofferError(
      "ROLLBACK",
      `${head.namespace || "/"} went back from sequence ${known.sequence} to ${head.sequence}`,
      {
        hint: "somebody put an older state back: see `coffer log`",
      },
    );
  }
}

function isBehind(head: Head, known: Head): boolean {
  return head.sequence < known.sequence || (head.sequence === known.sequence && head.commit !== known.commit);
}
