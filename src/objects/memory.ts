// biome-ignore-all lint/suspicious/useAwait: what a method throws must come as a rejection, as from every other store
import type { Call } from "../core/call.js";
import { assertKey, assertPrefix } from "./object-key.js";
import type { ObjectStore, PutCondition, StoredObject } from "./object-store.js";

/** Opens an empty object store that lives as long as this process: for tests and for trying things out. */
export function openMemoryStore(): ObjectStore {
  return new MemoryStore();
}

class MemoryStore implements ObjectStore {
  readonly url = "memory:";
  readonly #objects = new Map<string, StoredObject>();
  #puts = 0;

  get(key: string, options: Call & { unless: string }): Promise<StoredObject | "unchanged" | null>;
  get(key: string, options?: Call): Promise<StoredObject | null>;
  async get(key: string, options: Call & { unless?: string } = {}): Promise<StoredObject | "unchanged" | null> {
    options.signal?.throwIfAborted();
    assertKey(key);
    const object = this.#objects.get(key);
    if (object === undefined) return null;
    return object.etag === options.unless ? "unchanged" : { bytes: object.bytes.slice(), etag: object.etag };
  }

  async put(
    key: string,
    bytes: Uint8Array,
    condition: PutCondition,
    options: Call = {},
  ): Promise<{ etag: string } | "refused"> {
    options.signal?.throwIfAborted();
    assertKey(key);
    const expected = "etag" in condition ? condition.etag : undefined;
    if (this.#objects.get(key)?.etag !== expected) return "refused";
    this.#puts += 1;
    const etag = String(this.#puts);
    this.#objects.set(key, { bytes: new Uint8Array(bytes), etag });
    return { etag };
  }

  async *list(prefix: string, options: Call = {}): AsyncIterable<string> {
    options.signal?.throwIfAborted();
    assertPrefix(prefix);
    // Keys are ASCII, so that the order of UTF-16 units is the order of bytes.
    for (const key of [...this.#objects.keys()].sort()) {
      options.signal?.throwIfAborted();
      if (key.startsWith(prefix)) yield key;
    }
  }

  async delete(key: string, options: Call = {}): Promise<void> {
    options.signal?.throwIfAborted();
    assertKey(key);
    this.#objects.delete(key);
  }

  async destroyEarlier(prefix: string, _meant: (key: string) => boolean, options: Call = {}): Promise<number> {
    options.signal?.throwIfAborted();
    assertPrefix(prefix);
    return 0;
  }

  async close(): Promise<void> {}
}
