import type { EnvEntry } from "../../env/entry.js";
import type { NotStarted } from "../../run/outcome.js";
import { type ChildOptions, type RunningChild, startChild } from "../../run/run-child.js";
import type { Task } from "../command.js";
import type { Handed, ProgramInput } from "./program.js";

/** Starts a program in the way that the flags say. */
export interface Launcher {
  /** From the moment of this call on signals go to the program. Throws as `startChild`, and as `learn`. */
  start(handed: Handed): Promise<RunningChild | NotStarted>;
  /** Hides these values, too, in what the running program prints, if values are hidden. Throws `USAGE` where one cannot be. */
  learn(secrets: readonly EnvEntry[]): void;
}

/** One that hides nothing, or with --mask or --mask-short what the program was given. */
export async function openLauncher({ flags, world }: Task, program: ProgramInput): Promise<Launcher> {
  const mask = flags.has("mask") || flags.has("mask-short") ? await import("./mask.js") : null;
  const { start, learn } = mask?.openMask({ flags, world }) ?? { start: startChild, learn: () => {} };
  return {
    start: (handed) => {
      const child = start(toOptions(program, handed), handed.secrets);
      // By now the child's runner listens to the signals.
      world.releaseSignals();
      return child;
    },
    learn,
  };
}

function toOptions({ command, args }: ProgramInput, { env, files }: Handed): ChildOptions {
  return { command, args, env, files: files.map(({ path, value }) => ({ path, bytes: value.reveal() })) };
}
