import { joinPath, quote } from "../core/name.js";
import type { Change, ChangedName } from "../core/secret-store.js";
import { CofferError } from "../errors.js";

/** What became of a commit of which a part was made. */
export interface PartialWork {
  readonly done: readonly ChangedName[];
  readonly failed: string;
  /** What was not tried any more. */
  readonly rest: readonly Change[];
  readonly cause: unknown;
}

/** A commit of several changes that stopped midway, in a store that makes each by itself: which were made, which one failed and why, and which were not tried. */
export class PartialCommit extends CofferError {
  readonly done: readonly ChangedName[];
  /** The names of those that were not made, the one that failed first. */
  readonly failed: readonly string[];

  constructor(namespace: string, { done, failed, rest, cause }: PartialWork) {
    const name = (each: string): string => quote(joinPath(namespace, each));
    const list = (names: readonly string[]): string => names.map(name).join(", ");
    const why = cause instanceof CofferError ? cause.message : "an unexpected failure";
    const others = rest.length === 0 ? "" : `; not tried: ${list(rest.map((change) => change.name))}`;
    super("PARTIAL", `done: ${list(done.map((each) => each.name))}; failed: ${name(failed)} (${why})${others}`, {
      hint: hintFor(cause),
      cause,
    });
    this.done = done;
    this.failed = [failed, ...rest.map((change) => change.name)];
  }
}

function hintFor(cause: unknown): string {
  const again = "then do again what was not done";
  return cause instanceof CofferError && cause.hint !== undefined ? `${cause.hint}; ${again}` : again;
}
