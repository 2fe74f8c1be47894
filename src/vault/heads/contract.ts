/** What a client has seen of one namespace: FORMAT.md section 13. */
export interface RememberedHead {
  readonly store: string;
  readonly epoch: string;
  /** The id of the epoch's data key. */
  readonly key: string;
  readonly sequence: number;
  readonly commit: string;
  /** The master key that opened it. */
  readonly masterKey: string;
}

/**
 * Where a client keeps what it has seen, so that a store cannot go back in time unnoticed. Keyed by the store's URL
 * and the namespace. `find` throws only where something is there that it cannot understand; `save` never throws: it answers
 * false where nothing can be kept (a read-only home).
 */
export interface HeadMemory {
  /** The store id seen under this URL, or null. */
  findStore(url: string): Promise<string | null>;
  /** What was seen of the namespace at last, or null. */
  find(url: string, namespace: string): Promise<RememberedHead | null>;
  /** Null forgets it. */
  save(url: string, namespace: string, head: RememberedHead | null): Promise<boolean>;
}

/** A namespace as its head shows it; times are claims of those who wrote them. */
export interface NamespaceState {
  readonly namespace: string;
  readonly commit: string;
  readonly sequence: number;
  /** The latest time that it has of any secret; 1970 where it has none. */
  readonly newest: Date;
  /** When the data keys in use were made: the time of the first commit of their epoch. */
  readonly keysSince: Date;
}
