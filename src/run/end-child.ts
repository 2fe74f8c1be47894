import type { Ended } from "./outcome.js";
import type { RunningChild } from "./run-child.js";

/** How long a child may take to end when it is asked to, in ms: what container runtimes grant as well. */
const GRACE_MS = 10_000;

/** Asks a child to end (SIGTERM), and ends it (SIGKILL) if it has not after the grace (ms). */
export async function endChild(child: RunningChild, grace: number = GRACE_MS): Promise<Ended> {
  child.send("SIGTERM");
  const timer = setTimeout(() => child.send("SIGKILL"), grace);
  const ended = await child.ended;
  clearTimeout(timer);
  return ended;
}
