import type { Readable } from "node:stream";
import type { MaskFilter } from "./mask-filter.js";

/** On a terminal nobody waits longer for what may be the beginning of a secret. */
const TERMINAL_MS = 100;
/** How long programs that the child has left behind may go on writing. */
const GRACE_MS = 1_000;
/** What was written before that is in the pipe by then, and in the stream's own memory: 64 KiB each, as a rule. */
const LEFT_CHUNKS = 16;
const LEFT_MS = 50;

/** Where the output goes. `write` resolves when it is handed over, and throws where nobody reads it any more. */
export interface Sink {
  readonly isTerminal: boolean;
  write(bytes: Uint8Array): Promise<void>;
}

/**
 * Carries a child's output through the filter, at the pace of who reads it, to the last byte. It ends with the stream; else, where
 * others hold it open, a second after the child has ended (`childEnded`). Then it is closed.
 *
 * Rejects with what `sink.write` throws. The stream is closed first, so that the child's next write fails as ours did.
 */
export async function relayOutput(
  source: Readable,
  filter: MaskFilter,
  { sink, childEnded }: { readonly sink: Sink; readonly childEnded: Promise<unknown> },
): Promise<void> {
  const output = new OutputReader(source, childEnded);
  const { isTerminal } = sink;
  try {
    for (;;) {
      const patience = isTerminal && filter.held > 0 ? TERMINAL_MS : null;
      const chunk = await output.next(patience);
      if (chunk === "ended") break;
      await writeAll(sink, chunk === "late" ? filter.flush() : filter.push(chunk));
    }
    await writeAll(sink, filter.flush());
  } finally {
    source.destroy();
  }
}

async function writeAll(sink: Sink, parts: readonly Uint8Array[]): Promise<void> {
  const [first] = parts;
  if (first !== undefined) await sink.write(parts.length === 1 ? first : Buffer.concat(parts));
}

/** Takes chunks out of a stream for as long as there is reason to wait for them. */
class OutputReader {
  readonly #source: Readable;
  /** What `next` waits for, if it does. */
  #wake: () => void = () => {};
  #isDone = false;
  /** When nothing is waited for any more (ms, as `performance.now` has it). */
  #deadline = Number.POSITIVE_INFINITY;
  #chunksLeft = LEFT_CHUNKS;

  constructor(source: Readable, childEnded: Promise<unknown>) {
    this.#source = source;
    source.on("readable", () => this.#wake());
    for (const end of ["end", "close", "error"]) {
      source.on(end, () => {
        this.#isDone = true;
        this.#wake();
      });
    }
    void childEnded.then(() => {
      this.#deadline = performance.now() + GRACE_MS;
      this.#wake();
    });
  }

  /** What is there, or comes; `"late"` if nothing came for `patience` ms. */
  async next(patience: number | null): Promise<Uint8Array | "late" | "ended"> {
    const begun = performance.now();
    for (;;) {
      // The stream has no encoding, so it gives bytes.
      const chunk = this.#source.read() as Buffer | null;
      if (chunk !== null) return this.#isTooLate() ? "ended" : chunk;
      if (this.#isDone) return "ended";
      const now = performance.now();
      // A moment at least, in which what lies in the pipe is brought here.
      const end = Math.max(this.#deadline, begun + LEFT_MS);
      if (now >= end) return "ended";
      const late = patience === null ? Number.POSITIVE_INFINITY : begun + patience;
      if (now >= late) return "late";
      await this.#wait(Math.min(end, late) - now);
    }
  }

  #isTooLate(): boolean {
    return performance.now() >= this.#deadline && this.#chunksLeft-- === 0;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(ms) ? setTimeout(resolve, Math.ceil(ms)) : undefined;
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
