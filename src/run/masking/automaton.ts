/** The state in which nothing of any pattern has been read. */
export const ROOT = 0;

/**
 * Finds any number of patterns in a stream of bytes, with one look at each byte: the automaton of Aho and Corasick ("Efficient string
 * matching", CACM 18/6, 1975). A state is the longest end of what was read that some pattern begins with.
 *
 * The root and the states behind it, in which nearly all time is spent, have a table each; the others a list of children, since a
 * table for each byte of a long value would take gigabytes. 21 bytes of memory for each byte of the patterns.
 */
export class Automaton {
  /** By state: how many bytes of a pattern it stands for. What is read next can belong to no pattern that begins before these. */
  readonly depth: Int32Array;
  /** By state: the length of the longest pattern that ends here, or 0. */
  readonly longest: Int32Array;
  readonly #label: Uint8Array;
  readonly #child: Int32Array;
  readonly #sibling: Int32Array;
  readonly #fallback: Int32Array;
  #tables: Int32Array = new Int32Array(256);
  /** States up to this one have a table. */
  #lastTable = ROOT;
  #states = 1;

  /** Empty patterns are left out. */
  constructor(patterns: readonly Uint8Array[]) {
    const most = patterns.reduce((sum, { byteLength }) => sum + byteLength, 1);
    this.#label = new Uint8Array(most);
    [this.#child, this.#sibling, this.#fallback] = [new Int32Array(most), new Int32Array(most), new Int32Array(most)];
    [this.depth, this.longest] = [new Int32Array(most), new Int32Array(most)];
    // First the states that get a table, so that their numbers say so.
    for (const pattern of patterns) this.#grow(pattern.subarray(0, 1));
    this.#lastTable = this.#states - 1;
    for (const pattern of patterns) {
      if (pattern.byteLength > 0) this.longest[this.#grow(pattern)] = pattern.byteLength;
    }
    this.#fillTables();
    this.#findFallbacks();
  }

  /** The state after one more byte. */
  step(state: number, byte: number): number {
    let from = state;
    while (from > this.#lastTable) {
      const child = this.#findChild(from, byte);
      if (child !== ROOT) return child;
      from = this.#fallback[from] ?? ROOT;
    }
    return this.#tables[(from << 8) | byte] ?? ROOT;
  }

  /** `ROOT` where there is none. */
  #findChild(state: number, byte: number): number {
    let child = this.#child[state] ?? ROOT;
    while (child !== ROOT && this.#label[child] !== byte) child = this.#sibling[child] ?? ROOT;
    return child;
  }

  /** The state of a pattern, made as far as it is not there. */
  #grow(pattern: Uint8Array): number {
    let state = ROOT;
    for (const byte of pattern) {
      const child = this.#findChild(state, byte);
      state = child === ROOT ? this.#add(state, byte) : child;
    }
    return state;
  }

  #add(parent: number, byte: number): number {
    const state = this.#states++;
    this.#label[state] = byte;
    this.depth[state] = (this.depth[parent] ?? 0) + 1;
    this.#sibling[state] = this.#child[parent] ?? ROOT;
    this.#child[parent] = state;
    return state;
  }

  #fillTables(): void {
    const tables = new Int32Array(256 * (this.#lastTable + 1));
    for (let state = ROOT; state <= this.#lastTable; state++) {
      // What goes on nowhere begins anew.
      if (state !== ROOT) tables.copyWithin(state << 8, ROOT, 256);
      for (const child of this.#children(state)) tables[(state << 8) | (this.#label[child] ?? 0)] = child;
    }
    this.#tables = tables;
  }

  /** From the root outwards: a fallback is always less deep. */
  #findFallbacks(): void {
    const queue = new Int32Array(this.#states);
    let end = 1;
    for (let at = 0; at < end; at++) {
      const state = queue[at] ?? ROOT;
      for (const child of this.#children(state)) {
        queue[end++] = child;
        if (state === ROOT) continue;
        const fallback = this.step(this.#fallback[state] ?? ROOT, this.#label[child] ?? 0);
        this.#fallback[child] = fallback;
        if (this.longest[child] === 0) this.longest[child] = this.longest[fallback] ?? 0;
      }
    }
  }

  *#children(state: number): Generator<number> {
    for (let child = this.#child[state] ?? ROOT; child !== ROOT; child = this.#sibling[child] ?? ROOT) yield child;
  }
}
