import { closeSync } from "node:fs";
import { Socket } from "node:net";
import { Readable } from "node:stream";
import type { Ended, NotStarted } from "../outcome.js";
import { type ChildOptions, type RunningChild, startChild } from "../run-child.js";
import { MaskFilter, type MaskPatterns } from "./mask-filter.js";
import { makeOutputPipes, type OutputPipe } from "./output-pipe.js";
import { relayOutput, type Sink } from "./relay-output.js";

export interface MaskedOptions extends Omit<ChildOptions, "stdio"> {
  readonly patterns: MaskPatterns;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Hears what `write` of a sink has thrown. The child goes on, and finds that nobody reads. */
  readonly onLost?: (error: unknown) => void;
}

/** A child whose output is masked. It has ended when all that it wrote is handed over. */
export interface MaskedChild extends RunningChild {
  /** From now on these are found, also in what is held back. */
  exchange(patterns: MaskPatterns): void;
}

/**
 * Starts a command whose stdout and stderr go through the filter, each by itself; stdin stays what it is.
 * Otherwise as `startChild`.
 */
export async function startMasked(options: MaskedOptions): Promise<MaskedChild | NotStarted> {
  const { patterns, stdout, stderr, onLost, ...rest } = options;
  const pipes = makeOutputPipes();
  const [out, err] = pipes ?? [];
  let sources: Readable[] = [];
  try {
    const child = await startChild({ ...rest, stdio: ["inherit", out?.writable ?? "pipe", err?.writable ?? "pipe"] });
    if (child.kind !== "running") return child;
    sources = [sourceOf(out, child.stdio[1]), sourceOf(err, child.stdio[2])];
    const relays = [stdout, stderr].map((sink, index) => {
      const [source, filter] = [sources[index] ?? Readable.from([]), new MaskFilter(patterns)];
      const done = relayOutput(source, filter, { sink, childEnded: child.ended });
      return { filter, done: done.catch((error: unknown) => onLost?.(error)) };
    });
    const ended = child.ended.then(async (outcome): Promise<Ended> => {
      await Promise.all(relays.map(({ done }) => done));
      return outcome;
    });
    const exchange = (others: MaskPatterns): void => {
      for (const { filter } of relays) filter.exchange(others);
    };
    return { ...child, ended, exchange };
  } finally {
    // The child has its own; while we have ours the pipes would never end.
    for (const { writable, readable } of pipes ?? []) {
      closeSync(writable);
      if (sources.length === 0) closeSync(readable);
    }
  }
}

function sourceOf(pipe: OutputPipe | undefined, piped: RunningChild["stdio"][number]): Readable {
  if (pipe !== undefined) return new Socket({ fd: pipe.readable, readable: true, writable: false });
  // Node has just made it, since "pipe" was asked for.
  return piped as Readable;
}
