import type { Sensitive } from "../../core/sensitive.js";
import { CofferError, isCofferError } from "../../errors.js";
import { renderFailure } from "../../failures.js";
import { endChild } from "../../run/end-child.js";
import type { Outcome } from "../../run/outcome.js";
import type { RunningChild } from "../../run/run-child.js";
import type { ProgramStores } from "../../settings/environment/referenced-stores.js";
import type { Task } from "../command.js";
import { say } from "../output/render.js";
import type { Launcher } from "./launcher.js";
import type { Handed } from "./program.js";
import type { WatchInput } from "./watch-input.js";
import { type Watch, waitForChange } from "./watch-secrets.js";

/** Who presses Ctrl-C, or stops a service, wants no program that is started anew. */
const ENDING: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGQUIT"];

/** A program that is run and watched over. */
export interface WatchedProgram {
  readonly launcher: Launcher;
  readonly input: WatchInput;
  /** Opens the stores that its secrets come from, for one use. */
  readonly useStores: <T>(use: (stores: ProgramStores) => Promise<T>) => Promise<T>;
  /** Reads all that it is to get, or throws. */
  readonly read: (stores: ProgramStores) => Promise<Handed>;
  /** Hears how each of its runs but the last has ended. */
  readonly onEnd: (outcome: Outcome) => Promise<void>;
}

/**
 * Runs a program to its end, and on the way brings it what has changed of its secrets: by a signal, or by a new start. What cannot be read
 * or handed over leaves it as it is.
 */
export async function runWatched(task: Task, program: WatchedProgram): Promise<Outcome> {
  const { launcher, input, useStores, read, onEnd } = program;
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  for (const signal of ENDING) process.on(signal, onSignal);
  try {
    return await useStores(async (stores) => {
      let handed = await read(stores);
      task.world.signal.throwIfAborted();
      if (handed.sources.length === 0) throw nothingToWatch();
      const watch = watchOf(task, stores, program);
      let child = await launcher.start(handed);
      for (;;) {
        if (child.kind !== "running") return child;
        const changed = await whileRunning(child, stop.signal, (signal) => waitForChange(watch, handed, signal));
        if (changed === null) return await child.ended;
        const names = changedNames(handed, changed);
        try {
          // Before anything happens: what cannot be hidden must not be handed over.
          launcher.learn(changed.secrets);
          if (input.signal !== null) await renewFiles(task, child, changed);
        } catch (error) {
          await watch.onFailure(error);
          continue;
        }
        handed = changed;
        if (input.signal !== null) {
          await say(task, `${names} changed: the program is sent ${input.signal}`);
          child.send(input.signal);
          continue;
        }
        await say(task, `${names} changed: the program is started anew`);
        const ended = await endChild(child);
        if (stop.signal.aborted) return ended;
        await onEnd(ended);
        child = await launcher.start(handed);
      }
    });
  } finally {
    for (const signal of ENDING) process.off(signal, onSignal);
  }
}

/** Waits for one or the other; null when the child has ended, or nothing is to be waited for any more. */
async function whileRunning<T>(
  child: RunningChild,
  stopped: AbortSignal,
  wait: (signal: AbortSignal) => Promise<T | null>,
): Promise<T | null> {
  const over = new AbortController();
  const waited = wait(AbortSignal.any([over.signal, stopped]));
  const first = await Promise.race([child.ended.then(() => null), waited]);
  over.abort();
  // What is under way ends by itself, and must not meet a store that is closed.
  await waited;
  return first;
}

function watchOf(task: Task, stores: ProgramStores, { input, read }: WatchedProgram): Watch<Handed> {
  return {
    stores,
    interval: input.interval,
    read,
    differs: (before, now) => changedNames(before, now) !== "",
    onFailure: async (error) => {
      const told = isCofferError(error)
        ? new CofferError(error.code, `the program goes on with the secrets that it has: ${error.message}`, {
            ...(error.hint === undefined ? {} : { hint: error.hint }),
            cause: error,
          })
        : error;
      await task.world.stderr.write(renderFailure(told, { json: task.flags.has("json") }));
    },
  };
}

/** What the program would notice, by its variables. */
function changedNames(before: Handed, now: Handed): string {
  const [old, fresh] = [valuesOf(before), valuesOf(now)];
  const names = [...new Set([...old.keys(), ...fresh.keys()])].filter((name) => {
    const [left, right] = [old.get(name), fresh.get(name)];
    return left === undefined || right === undefined || !Buffer.from(left.reveal()).equals(right.reveal());
  });
  return names.join(", ");
}

function valuesOf({ secrets }: Handed): Map<string, Sensitive> {
  return new Map(secrets.map(({ name, value }) => [name, value]));
}

/** Puts the new values into the program's files, as far as these are still ours. Throws `FAILED`. */
async function renewFiles(task: Task, child: RunningChild, { files }: Handed): Promise<void> {
  for (const { path, value } of files) {
    if (path === null || child.replaceFile(path, value.reveal())) continue;
    await say(task, `${path} is not the file any more that was made for the program, and is left as it is`);
  }
}

function nothingToWatch(): CofferError {
  return new CofferError("USAGE", "there is nothing to watch: the program is given versions that never change", {
    hint: "leave --watch out",
  });
}
