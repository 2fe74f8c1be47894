import type { Call } from "../../core/call.js";
import type { ChangedName, VersionId } from "../../core/secret-store.js";

/**
 * What is to be purged: versions of a name, or `"all"` of them, with which the name itself goes; or what was made before a moment, of one name or of all, but for
 * what is current or staged, and names whose deletion was before it.
 */
export type PurgeSelection =
  | { readonly name: string; readonly versions: readonly VersionId[] | "all" }
  | { readonly before: Date; readonly name?: string };

export interface PurgeOptions extends Call {
  /** The commit that must be the head. Throws `CONFLICT` otherwise. */
  readonly expect?: string;
  readonly message?: string;
  readonly dryRun?: boolean;
}

/** What a purge has come to. */
export interface PurgeReport {
  readonly namespace: string;
  /** The head that it was decided on. */
  readonly base: string;
  /** Null where all of it was purged before, and only what was left of it destroyed. */
  readonly commit: string | null;
  readonly sequence: number;
  /** The names that it deleted, because they were in use. */
  readonly changes: readonly ChangedName[];
  /** Versions as pairs of the first and the last; `"all"` where the name itself is forgotten. */
  readonly purged: readonly {
    readonly name: string;
    readonly versions: readonly (readonly [number, number])[] | "all";
  }[];
  /** How many values were destroyed in older commits; with `dryRun`, how many are left of what was purged before. */
  readonly destroyed: number;
}
