/** So many bytes are looked at together. */
const BLOCK = 3;
const MAX_WINDOW = 32;
const BITS = 17;

/**
 * Finds where none of the patterns begins without a look at each byte, in the manner of Wu and Manber ("A fast algorithm for
 * multi-pattern searching", 1994): of a window as long as the shortest pattern its last three bytes tell how far it may be moved.
 */
export class SkipTable {
  readonly #window: number;
  /** By the hash of a window's last bytes: how far the next place is where a pattern could begin. */
  readonly #shift: Uint8Array;
  /** By the hash of three bytes: whether a pattern begins so. */
  readonly #begins = new Uint8Array(1 << BITS);

  private constructor(patterns: readonly Uint8Array[], window: number) {
    this.#window = window;
    this.#shift = new Uint8Array(1 << BITS).fill(window - BLOCK + 1);
    for (const pattern of patterns) {
      this.#begins[hash(pattern, 0)] = 1;
      for (let at = 0; at <= window - BLOCK; at++) {
        const slot = hash(pattern, at);
        this.#shift[slot] = Math.min(this.#shift[slot] ?? 0, window - BLOCK - at);
      }
    }
  }

  /** Null where a pattern is too short for there to be anything to skip, and where there is none. */
  static of(patterns: readonly Uint8Array[]): SkipTable | null {
    const shortest = patterns.reduce((least, { byteLength }) => Math.min(least, byteLength), Number.POSITIVE_INFINITY);
    if (shortest <= BLOCK || shortest === Number.POSITIVE_INFINITY) return null;
    return new SkipTable(patterns, Math.min(shortest, MAX_WINDOW));
  }

  /** A pattern that is not this long yet is not worth being followed: what it begins with says less than the table. */
  static readonly worthFollowing = BLOCK;

  /** The first place from `from` on where a pattern could begin; so near the end that nothing can be said of it, if there is none before. */
  next(data: Uint8Array, from: number): number {
    const window = this.#window;
    const last = data.byteLength - window;
    let at = from;
    while (at <= last) {
      const shift = this.#shift[hash(data, at + window - BLOCK)] ?? 0;
      if (shift === 0) {
        if (this.#begins[hash(data, at)] === 1) return at;
        at++;
      } else {
        at += shift;
      }
    }
    return at;
  }
}

/** Of three bytes. The multiplier is that of Knuth, 2^32 over the golden ratio. */
function hash(data: Uint8Array, at: number): number {
  const block = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
  return Math.imul(block, 0x9e3779b1) >>> (32 - BITS);
}
