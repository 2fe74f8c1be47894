import { CofferError } from "../../errors.js";
import type { World } from "../../world.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What signals to stop come to while a person is at work in another program. */
export interface Stopping {
  /** The world whose signal says that it is to be stopped. */
  readonly world: World;
  /**
   * Runs a child that the terminal sends its signals to as well. Ctrl-C is the child's business alone; what ends us besides does `clean` at once. Throws
   * `INTERRUPTED` when the child has ended then.
   */
  readonly during: <T>(clean: () => void, run: () => Promise<T>) => Promise<T>;
  /** Signals do again what they do by themselves. */
  readonly release: () => void;
}

/** Takes the signals over from the world. */
export function takeSignals(around: World): Stopping {
  const stop = new AbortController();
  let clean: (() => void) | null = null;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (clean !== null && signal === "SIGINT") return;
    clean?.();
    stop.abort(new CofferError("INTERRUPTED", `stopped by ${signal}; nothing was changed`));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  around.releaseSignals();
  const signal = AbortSignal.any([around.signal, stop.signal]);
  return {
    world: { ...around, signal },
    async during(cleaning, run) {
      signal.throwIfAborted();
      clean = cleaning;
      try {
        return await run();
      } finally {
        clean = null;
        signal.throwIfAborted();
      }
    },
    release: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
