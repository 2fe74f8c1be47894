import type { Head, SecretStore } from "../../core/secret-store.js";
import type { Lookup } from "../lookup.js";
import { callLimit, type Host, openNamedStore, type Session, useStore } from "../session.js";

/** The stores that a program's secrets come from, open for one use. */
export interface ProgramStores {
  /** That of the settings; null where nothing of it is wanted. */
  readonly own: Session | null;
  /** Those that references name, by their URLs. */
  readonly others: ReadonlyMap<string, Session>;
}

/** A head that something was read from, and the URL of its store; null is the settings' own. */
export interface SourceHead {
  readonly store: string | null;
  readonly head: Head;
}

/** Opens these stores, each once and all at once, lets them be used, and closes them. Throws as `useStore`. */
export async function useReferencedStores<T>(
  lookup: Lookup,
  host: Host,
  { own, urls }: { own: boolean; urls: readonly string[] },
  use: (stores: ProgramStores) => Promise<T>,
): Promise<T> {
  const opened = await Promise.allSettled(urls.map((url) => openNamedStore(lookup, host, { store: url })));
  const stores = opened.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  try {
    const failed = opened.find((each) => each.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    const others = new Map(stores.map((store, index) => [urls[index] ?? "", sessionOf(lookup, store)]));
    if (!own) return await use({ own: null, others });
    return await useStore(lookup, host, (session) => use({ own: session, others }));
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
}

function sessionOf(lookup: Lookup, store: SecretStore): Session {
  return { store, call: () => callLimit(lookup) };
}
