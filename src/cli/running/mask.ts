import type { EnvEntry } from "../../env/entry.js";
import { maskedForms } from "../../env/masked-forms.js";
import { isCofferError } from "../../errors.js";
import { renderFailure } from "../../failures.js";
import { compilePatterns, type MaskPatterns } from "../../run/masking/mask-filter.js";
import { type MaskedChild, startMasked } from "../../run/masking/start-masked.js";
import type { NotStarted } from "../../run/outcome.js";
import type { ChildOptions } from "../../run/run-child.js";
import type { Task } from "../command.js";
import { openStandardOutput } from "../output/standard-output.js";

const STDERR = 2;

/** What stands between a program, each of its starts, and our stdout and stderr. */
export interface OutputMask {
  /** Starts it with `***` in the place of these values, and of those before them. Throws as `startMasked`, and as `learn`. */
  start(options: ChildOptions, secrets: readonly EnvEntry[]): Promise<MaskedChild | NotStarted>;
  /** Hides these, too, from now on. Throws `USAGE` where one cannot be hidden. */
  learn(secrets: readonly EnvEntry[]): void;
}

/** What --mask and --mask-short ask for. */
export function openMask({ flags, world }: Pick<Task, "flags" | "world">): OutputMask {
  const short = flags.has("mask-short");
  let before: readonly EnvEntry[] = [];
  let present: readonly EnvEntry[] = [];
  let child: MaskedChild | null = null;
  const learn = (secrets: readonly EnvEntry[]): MaskPatterns => {
    const old = secrets === present ? before : present;
    // A program that is told of new values may well print the old.
    const patterns = compilePatterns(maskedForms([...old, ...secrets], { short }));
    [before, present] = [old, secrets];
    return patterns;
  };
  const start: OutputMask["start"] = async (options, secrets) => {
    const started = await startMasked({
      ...options,
      patterns: learn(secrets),
      stdout: world.stdout,
      stderr: openStandardOutput(STDERR),
      // Whoever closed a pipe has seen enough. All else is told; that nobody reads any more is all that the program sees of it.
      onLost: (error) => {
        if (isCofferError(error)) void world.stderr.write(renderFailure(error, { json: flags.has("json") }));
      },
    });
    child = started.kind === "running" ? started : null;
    return started;
  };
  return { start, learn: (secrets) => child?.exchange(learn(secrets)) };
}
