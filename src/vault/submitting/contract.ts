import type { Call } from "../../core/call.js";
import type { Context } from "../../core/context.js";
import type { Change, Commit, ValueType, VersionId } from "../../core/secret-store.js";
import type { Problem } from "../verifying/contract.js";

/** A new value of a name, to be handed in. */
export type Submittable = Pick<Extract<Change, { op: "put" }>, "name" | "value" | "type" | "comment" | "expires">;

/** A change that was handed in and waits to be accepted. All of it is what the submitter claims. Absent is null. */
export interface Submission {
  readonly id: string;
  readonly namespace: string;
  readonly time: Date;
  readonly author: string | null;
  readonly message: string | null;
  /** The names of the context pairs needed to open it, sorted. */
  readonly context: readonly string[];
  readonly puts: readonly SubmittedValue[];
  /** SHA-256 of its bytes in hex: what was looked at is what is accepted. */
  readonly digest: string;
}

/** One new value of a submission, without the value. */
export interface SubmittedValue {
  readonly name: string;
  readonly type: ValueType;
  readonly comment: string | null;
  readonly expires: Date | null;
}

/** An object of an inbox: a submission, or something that is none, under what its key ends in. */
export type InboxItem =
  | { readonly id: string; readonly submission: Submission; readonly problem: null }
  | { readonly id: string; readonly submission: null; readonly problem: Problem };

/** How submissions are accepted. */
export interface AcceptOptions extends Call {
  /** A pool of pairs: each submission that has a context takes those it names. */
  readonly context?: Context;
  readonly message?: string;
  /** They wait under this stage instead of being current. */
  readonly stage?: string;
  /** The version that must be current of each name; null: it must not exist. */
  readonly expectVersion?: VersionId | null;
  /** The commit that must be the head; null: there must be none. */
  readonly expect?: string | null;
  readonly dryRun?: boolean;
}

/** What accepting has come to. */
export interface Acceptance {
  /** The commit that has them all, by which they count; null where every one had been accepted before. */
  readonly commit: Commit | null;
  /** The ids that this commit accepts, in its order. */
  readonly accepted: readonly string[];
  /** The ids of those that an earlier commit had accepted: nothing was committed for them. */
  readonly already: readonly string[];
  /** The ids of those of both whose objects could not be removed. They are never accepted again. */
  readonly left: readonly string[];
}
