import { constants } from "node:os";
import { CofferError } from "../../errors.js";
import { parseDuration } from "../arguments/time-input.js";
import type { Task } from "../command.js";

const DEFAULT_INTERVAL_MS = 60_000;
const LEAST_INTERVAL_MS = 1_000;
// The longest that Node's timers take.
const MOST_INTERVAL_MS = 2 ** 31 - 1;
/** Nobody can listen to these. */
const DEAF: readonly string[] = ["SIGKILL", "SIGSTOP"];

/** What --watch is to do. */
export interface WatchInput {
  /** How often to look, in ms. */
  readonly interval: number;
  /** What the program is sent when something has changed; null: it is started anew. */
  readonly signal: NodeJS.Signals | null;
}

/** Throws `USAGE`, and `UNSUPPORTED` where there are no signals to send. */
export function readWatchInput({ flags, world }: Task): WatchInput {
  for (const other of ["replace", "at", "expect"] as const) flags.assertAtMostOne("watch", other);
  flags.assertAtMostOne("signal", "restart");
  const signal = flags.text("signal");
  if (signal !== undefined && world.platform === "win32") {
    throw new CofferError("UNSUPPORTED", "Windows has no signals to send", {
      hint: "leave --signal out: it is started anew",
    });
  }
  if (signal !== undefined && flags.all("as-file").some((each) => each.endsWith("=fd"))) {
    throw new CofferError("USAGE", "what is behind a descriptor cannot change while the program runs", {
      hint: "with --signal, hand it over with `--as-file NAME=PATH`",
    });
  }
  return { interval: readInterval(flags.text("interval")), signal: signal === undefined ? null : parseSignal(signal) };
}

function readInterval(typed: string | undefined): number {
  if (typed === undefined) return DEFAULT_INTERVAL_MS;
  const interval = parseDuration(typed);
  if (interval !== null && interval >= LEAST_INTERVAL_MS && interval <= MOST_INTERVAL_MS) return interval;
  throw new CofferError("USAGE", "--interval takes a duration from 1s to 24d", { hint: "such as 30s, 5m or 1h" });
}

/** `HUP` or `SIGHUP`, in letters of either size. */
function parseSignal(typed: string): NodeJS.Signals {
  const name = `SIG${typed.toUpperCase().replace(/^SIG/, "")}`;
  if (isSignal(name) && !DEAF.includes(name)) return name;
  throw new CofferError("USAGE", "--signal takes the name of a signal that a program can listen to", {
    hint: "such as HUP, USR1 or USR2",
  });
}

function isSignal(name: string): name is NodeJS.Signals {
  return Object.hasOwn(constants.signals, name);
}
