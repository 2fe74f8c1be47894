import { Automaton, ROOT } from "./automaton.js";
import { SkipTable } from "./skip-table.js";

const MASK = Buffer.from("***");

/** What is to be found, made once for any number of streams. */
export interface MaskPatterns {
  readonly automaton: Automaton;
  readonly skips: SkipTable | null;
}

export function compilePatterns(patterns: readonly Uint8Array[]): MaskPatterns {
  const given = patterns.filter(({ byteLength }) => byteLength > 0);
  return { automaton: new Automaton(given), skips: SkipTable.of(given) };
}

/** Bytes that belong to patterns, from `start` to before `end`, counted from the first byte that is held. */
interface Run {
  start: number;
  end: number;
}

/**
 * Puts `***` in the place of patterns in one stream of bytes. Patterns that overlap are hidden by one `***`; all else stays byte for byte.
 * How the stream is cut into chunks changes nothing: what could still become a pattern is held until it cannot, and no byte more.
 *
 * Holds less than the longest pattern, however long the stream is.
 */
export class MaskFilter {
  #patterns: MaskPatterns;
  #state = ROOT;
  #held = new HeldBytes();
  #runs: Run[] = [];
  /** The mask of the first run has gone out; what is left of it goes without one. */
  #isMasked = false;

  constructor(patterns: MaskPatterns) {
    this.#patterns = patterns;
  }

  /** How many bytes are kept for what comes: those that may belong to a pattern, or to a longer one. */
  get held(): number {
    return this.#held.byteLength;
  }

  /** What may go out now, in order. The parts may share the chunk's memory, and are good until the next call. */
  push(chunk: Uint8Array): Uint8Array[] {
    const before = this.held;
    const data = before === 0 ? chunk : this.#held.append(chunk);
    this.#scan(data, before);
    const safe = data.byteLength - Math.min(this.#patterns.automaton.depth[this.#state] ?? 0, data.byteLength);
    return this.#release(data, safe);
  }

  /** All that is held, for a reader who should not wait; also the end. A pattern that is found later is hidden from there on. */
  flush(): Uint8Array[] {
    return this.#release(this.#held.bytes, this.held);
  }

  /** Looks for these from now on, also in what is held. */
  exchange(patterns: MaskPatterns): void {
    this.#patterns = patterns;
    this.#state = ROOT;
    // What is found again is found in order.
    this.#runs = this.#isMasked ? this.#runs.slice(0, 1) : [];
    this.#scan(this.#held.bytes, 0);
  }

  #scan(data: Uint8Array, from: number): void {
    const { automaton, skips } = this.#patterns;
    const { depth, longest } = automaton;
    const length = data.byteLength;
    let [at, state] = [from, this.#state];
    while (at < length) {
      // Where the pattern begins that is being followed; before the data, if that is flushed.
      const start = at - (depth[state] ?? 0);
      if (skips !== null && start >= 0) {
        const next = skips.next(data, start);
        if (next > start) [at, state] = [next, ROOT];
      }
      const followed = at - (depth[state] ?? 0);
      // As long as the table would say nothing new.
      while (at < length) {
        state = automaton.step(state, data[at++] ?? 0);
        const found = longest[state] ?? 0;
        if (found > 0) this.#cover(Math.max(at - found, 0), at);
        const deep = depth[state] ?? 0;
        if (deep < SkipTable.worthFollowing && at - deep !== followed) break;
      }
    }
    this.#state = state;
  }

  /** Takes what overlaps with it into one run. */
  #cover(start: number, end: number): void {
    const run = { start, end };
    for (let last = this.#runs.at(-1); last !== undefined && last.end > run.start; last = this.#runs.at(-1)) {
      run.start = Math.min(run.start, last.start);
      run.end = Math.max(run.end, last.end);
      this.#runs.pop();
    }
    this.#runs.push(run);
  }

  /** What stands before `safe`, masked; the rest is held. */
  #release(data: Uint8Array, safe: number): Uint8Array[] {
    const out: Uint8Array[] = [];
    let at = 0;
    for (const { start, end } of this.#runs) {
      // What begins right behind is hidden in any case, whatever comes.
      if (start > safe) break;
      if (start > at) out.push(data.subarray(at, start));
      if (!this.#isMasked) out.push(MASK);
      this.#isMasked = end > safe;
      at = Math.min(end, safe);
    }
    if (at < safe) out.push(data.subarray(at, safe));
    this.#runs = this.#runs
      .filter(({ end }) => end > safe)
      .map(({ start, end }) => ({ start: Math.max(start - safe, 0), end: end - safe }));
    this.#held.keep(data, safe);
    return out;
  }
}

/** The end of a stream that is not let go yet, in memory of its own that grows as it must. */
class HeldBytes {
  #memory = new Uint8Array(256);
  #start = 0;
  #end = 0;

  get byteLength(): number {
    return this.#end - this.#start;
  }

  get bytes(): Uint8Array {
    return this.#memory.subarray(this.#start, this.#end);
  }

  append(chunk: Uint8Array): Uint8Array {
    const { bytes, byteLength } = this;
    if (this.#end + chunk.byteLength > this.#memory.byteLength) this.#move(bytes, byteLength + chunk.byteLength);
    this.#memory.set(chunk, this.#end);
    this.#end += chunk.byteLength;
    return this.bytes;
  }

  /** What stands from `from` on in `data`: another chunk, or what `bytes` or `append` gave. */
  keep(data: Uint8Array, from: number): void {
    if (data.buffer === this.#memory.buffer) {
      this.#start += from;
      return;
    }
    const rest = data.subarray(from);
    [this.#start, this.#end] = [0, 0];
    if (rest.byteLength > 0) this.append(rest);
  }

  /** Into new memory, since parts of the old may be on their way out; twice as much as is needed, so that few bytes are moved often. */
  #move(bytes: Uint8Array, needed: number): void {
    const memory = new Uint8Array(needed * 2);
    memory.set(bytes);
    this.#memory = memory;
    [this.#start, this.#end] = [0, bytes.byteLength];
  }
}
