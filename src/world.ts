import type { Readable } from "node:stream";

/** Where bytes come from: a person's terminal, a pipe or file, or nothing that anybody meant (`/dev/null`, closed). */
export interface Input {
  readonly kind: "terminal" | "stream" | "none";
  /** Touched only by who reads it: a child may want what is in it. */
  readonly stream: Readable;
}

/** Where text and bytes go. `write` resolves when they are handed over, and throws `OutputClosed` when nobody reads them any more. */
export interface Output {
  readonly isTerminal: boolean;
  write(data: Uint8Array | string): Promise<void>;
}

/** All that a verb may know of what is around it, so that a test can hand it another. Files and the working folder are the real ones. */
export interface World {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly now: () => Date;
  /** `person@machine`, as far as it is known. */
  readonly author: () => string | undefined;
  /** Aborted with an `INTERRUPTED` error when somebody stops the command. */
  readonly signal: AbortSignal;
  /** From here on signals are somebody else's business: a child's. */
  readonly releaseSignals: () => void;
}

/** Whoever read our output has gone away: no failure, but nothing is left to do. */
export class OutputClosed extends Error {
  override readonly name = "OutputClosed";
}
