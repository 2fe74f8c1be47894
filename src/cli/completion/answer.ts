/** A word of a command line; null where only the shell can know it. */
export type Word = string | null;

export interface Candidate {
  readonly text: string;
  readonly summary?: string;
}

/**
 * What the typed word may become: one of these, each behind `prefix`, which the typed word begins with; or a file, to be found by the
 * shell itself. What ends in a slash may go on.
 */
export type Answer =
  | { readonly kind: "words"; readonly prefix: string; readonly candidates: readonly Candidate[] }
  | { readonly kind: "files" };
