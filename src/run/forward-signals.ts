export type SendSignal = (signal: NodeJS.Signals) => void;

/** Where we stand: `terminal` says that a terminal is shared with the child. */
export interface Surroundings {
  readonly terminal: boolean;
  readonly platform: NodeJS.Platform;
}

// What a terminal sends to every process of its foreground group when keys are pressed: the child has it already, and
// a second SIGINT means "at once" to many programs.
const FROM_KEYBOARD: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT"];

// SIGCONT and SIGWINCH may come from the terminal as well, but twice does no harm, and not at all would.
// Listening for SIGUSR1 keeps Node from opening its debugger.
const ALWAYS: readonly NodeJS.Signals[] = ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT"];

// With a terminal nobody listens for this one: we stop as the child does, and the shell sees its job stopped.
const WITHOUT_TERMINAL: readonly NodeJS.Signals[] = ["SIGTSTP"];

// Windows tells the whole console of these; all we do is outlive the child.
const WINDOWS: readonly NodeJS.Signals[] = ["SIGINT", "SIGBREAK", "SIGHUP"];

/**
 * From now on hands this process's signals on instead of dying of them; with a terminal it only outlives those of the
 * keyboard. Returns what puts an end to it.
 */
export function forwardSignals(send: SendSignal, surroundings: Surroundings): () => void {
  const listeners = plan(send, surroundings);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}

function plan(send: SendSignal, { terminal, platform }: Surroundings): Map<NodeJS.Signals, SendSignal> {
  const outlive: SendSignal = () => undefined;
  if (platform === "win32") return new Map(WINDOWS.map((signal) => [signal, outlive]));
  return new Map([
    ...FROM_KEYBOARD.map((signal) => [signal, terminal ? outlive : send] as const),
    ...[...ALWAYS, ...(terminal ? [] : WITHOUT_TERMINAL)].map((signal) => [signal, send] as const),
  ]);
}
