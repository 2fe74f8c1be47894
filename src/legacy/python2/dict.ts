import { hashPython2, type KeyKind } from "./hash.js";

interface Entry<V> {
  readonly hash: bigint;
  readonly key: string;
  value: V;
}

/** What a deleted entry leaves behind: its slot may be used again, and counts as filled until the table is rebuilt. */
const DUMMY = Symbol("dummy");
type Slot<V> = Entry<V> | typeof DUMMY | undefined;

const SMALLEST = 8;
const LARGE = 50_000;
const WORD = 64;

/**
 * A dictionary that gives its entries in the order in which a dict of CPython 2.7 does (64-bit, hash randomisation off), so that what is written comes out
 * byte for byte as older tools wrote it. The order depends on the keys, on the order in which they came, and on what was deleted; so the same steps have to be taken
 * as the tool took: `set` for `d[k] = v`, `delete` for `pop` and `del`, `update` for `update` and for `dict(other)`.
 * https://github.com/python/cpython/blob/v2.7.18/Objects/dictobject.c
 */
export class Python2Dict<V> implements Iterable<[string, V]> {
  #slots: Slot<V>[] = new Array(SMALLEST);
  /** Entries, and how many slots are not empty (dummies too). */
  #used = 0;
  #filled = 0;
  readonly #kind: KeyKind;

  /** `kind`: what the keys are that `set` adds, byte strings (UTF-8) or unicode. */
  constructor(kind: KeyKind = "unicode", entries: Iterable<readonly [string, V]> = []) {
    this.#kind = kind;
    for (const [key, value] of entries) this.set(key, value);
  }

  get size(): number {
    return this.#used;
  }

  get(key: string): V | undefined {
    const slot = this.#slots[this.#find(hashPython2(key, this.#kind), key)];
    return isEntry(slot) ? slot.value : undefined;
  }

  has(key: string): boolean {
    return isEntry(this.#slots[this.#find(hashPython2(key, this.#kind), key)]);
  }

  /** A key that is there already keeps its slot. */
  set(key: string, value: V): this {
    const before = this.#used;
    this.#insert({ hash: hashPython2(key, this.#kind), key, value });
    if (this.#used > before && this.#filled * 3 >= this.#slots.length * 2) {
      this.#resize(this.#used * (this.#used > LARGE ? 2 : 4));
    }
    return this;
  }

  /** Returns whether it was there. */
  delete(key: string): boolean {
    const at = this.#find(hashPython2(key, this.#kind), key);
    if (!isEntry(this.#slots[at])) return false;
    this.#slots[at] = DUMMY;
    this.#used -= 1;
    return true;
  }

  /** Takes over what another one has, in its order. */
  update(other: Python2Dict<V>): this {
    if (other === this || other.#used === 0) return this;
    if ((this.#filled + other.#used) * 3 >= this.#slots.length * 2) this.#resize((this.#used + other.#used) * 2);
    for (const slot of other.#slots) if (isEntry(slot)) this.#insert({ ...slot });
    return this;
  }

  *[Symbol.iterator](): IterableIterator<[string, V]> {
    for (const slot of this.#slots) if (isEntry(slot)) yield [slot.key, slot.value];
  }

  #insert(entry: Entry<V>): void {
    const at = this.#find(entry.hash, entry.key);
    const slot = this.#slots[at];
    if (isEntry(slot)) {
      slot.value = entry.value;
      return;
    }
    if (slot === undefined) this.#filled += 1;
    this.#used += 1;
    this.#slots[at] = entry;
  }

  /** The smallest power of two above so many. */
  #resize(more: number): void {
    const old = this.#slots;
    let size = SMALLEST;
    while (size <= more) size *= 2;
    this.#slots = new Array(size);
    this.#used = 0;
    this.#filled = 0;
    for (const slot of old) if (isEntry(slot)) this.#insert(slot);
  }

  /** The slot that has the key, or else the one that it would get. There always is one: at most two slots in three are filled. */
  #find(hash: bigint, key: string): number {
    const mask = this.#slots.length - 1;
    let free: number | undefined;
    let at = Number(hash & BigInt(mask));
    for (let perturb = hash; ; perturb >>= 5n) {
      const slot = this.#slots[at];
      if (slot === undefined) return free ?? at;
      if (slot === DUMMY) free ??= at;
      else if (slot.hash === hash && slot.key === key) return at;
      at = Number(BigInt.asUintN(WORD, BigInt(at) * 5n + perturb + 1n) & BigInt(mask));
    }
  }
}

function isEntry<V>(slot: Slot<V>): slot is Entry<V> {
  return slot !== undefined && slot !== DUMMY;
}
