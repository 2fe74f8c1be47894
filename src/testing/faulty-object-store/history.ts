import type { StoredObject } from "../../objects/object-store.js";

/** What was seen at each key, oldest first; null while there was nothing. */
export class History {
  readonly #seen = new Map<string, (StoredObject | null)[]>();

  /** Notes what is at a key now, if that is news. The first thing seen is news against nothing. */
  see(key: string, object: StoredObject | null): void {
    const seen = this.#seen.get(key) ?? [null];
    this.#seen.set(key, seen);
    if (seen.at(-1)?.etag !== object?.etag) seen.push(object && { ...object, bytes: object.bytes.slice() });
  }

  /** What was there before the last changes; null where there was nothing, or nothing is known. */
  before(key: string, changes: number): StoredObject | null {
    const object = this.#seen.get(key)?.at(-1 - changes) ?? null;
    return object && { ...object, bytes: object.bytes.slice() };
  }
}
