import type { ErrorCode } from "../../errors.js";

/** Something that is not as it was written. */
export interface Problem {
  /** The object's key in the store. */
  readonly object: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** What `verify` found in one namespace. */
export interface NamespaceReport {
  readonly namespace: string;
  /** How many commits were walked. */
  readonly commits: number;
  /** The head's commit id, or null where it could not be read. */
  readonly head: string | null;
  readonly problems: readonly Problem[];
}
