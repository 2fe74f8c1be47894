import type { Sensitive } from "../core/sensitive.js";

/** How many bytes of values are held at most; what is more is read again when its turn comes. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Values that were read and will be wanted again, as many as there is room for. */
export class Holding {
  readonly #values = new Map<string, Sensitive>();
  #bytes = 0;

  add(id: string, value: Sensitive): void {
    if (this.#bytes + value.byteLength > MOST_BYTES) return;
    this.#bytes += value.byteLength;
    this.#values.set(id, value);
  }

  find(id: string): Sensitive | null {
    return this.#values.get(id) ?? null;
  }

  /** Lets go of one that has been written. */
  drop(id: string): void {
    this.#bytes -= this.#values.get(id)?.byteLength ?? 0;
    this.#values.delete(id);
  }

  /** Lets go of all others. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of [...this.#values.keys()]) if (!ids.has(id)) this.drop(id);
  }
}
