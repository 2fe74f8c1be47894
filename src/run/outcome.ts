import type { CofferError } from "../errors.js";

/** What `env`, `nohup` and shells end with when they could not run a command: POSIX, `env`, "Exit status". */
export const EXIT_NOT_FOUND = 127;
export const EXIT_NOT_EXECUTABLE = 126;
/** For everything that goes wrong on our side, so that it is never taken for the command's own failure. */
export const EXIT_OWN_FAILURE = 125;

/** How a child ended. `code` is what to end with oneself: its exit code, or 128 and the signal's number. */
export type Ended = (
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly code: number; readonly signal: NodeJS.Signals }
) & {
  /** Paths of files made for the child that could not be removed, if there are any. */
  readonly left?: readonly string[];
};

/** Why no child was started; `error` is for people. */
export interface NotStarted {
  readonly kind: "not-found" | "not-executable";
  readonly code: typeof EXIT_NOT_FOUND | typeof EXIT_NOT_EXECUTABLE;
  readonly error: CofferError;
}

export type Outcome = Ended | NotStarted;
