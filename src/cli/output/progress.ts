import { performance } from "node:perf_hooks";
import type { Task } from "../command.js";
import { printable } from "./render.js";

const FIRST_AFTER_MS = 1000;
const AGAIN_AFTER_MS = 100;
const CLEAR_LINE = "\r\u001b[K";

/** How far something is that lasts: one line on stderr, on a terminal alone, and not within the first second. */
export interface Progress {
  readonly show: (text: string) => void;
  /** Takes the line away. */
  readonly end: () => Promise<void>;
}

/** Begins to wait for that second. */
export function startProgress(
  { world, flags }: Pick<Task, "world" | "flags">,
  now = () => performance.now(),
): Progress {
  const isShown = world.stderr.isTerminal && !flags.has("quiet") && !flags.has("json");
  let next = now() + FIRST_AFTER_MS;
  let isThere = false;
  return {
    show(text) {
      if (!isShown || now() < next) return;
      next = now() + AGAIN_AFTER_MS;
      isThere = true;
      void world.stderr.write(`${CLEAR_LINE}coffer: ${printable(text)}`);
    },
    async end() {
      if (isThere) await world.stderr.write(CLEAR_LINE);
    },
  };
}
