import type { Profile } from "./profiles/profile.js";
import type { Project } from "./projects/project.js";

/** Where a setting was found. */
export type Origin =
  | { readonly from: "flag" | "variable"; readonly name: string }
  | { readonly from: "project" | "configuration"; readonly file: string }
  | { readonly from: "profile"; readonly profile: string; readonly file: string }
  | { readonly from: "built-in" };

/** The profile that counts, and who named it. */
export interface ChosenProfile {
  readonly name: string;
  readonly origin: Origin;
  /** The file that it is kept in. */
  readonly file: string;
  /** Null where it is not there yet: only for verbs that make it. */
  readonly profile: Profile | null;
}

/** What settings may come from besides flags, variables and what is built in. */
export interface Sources {
  readonly project: Project | null;
  readonly chosen: ChosenProfile | null;
}

export const NO_SOURCES: Sources = { project: null, chosen: null };

/** True where the profile was named for this very command. */
export function isExplicit({ origin }: ChosenProfile): boolean {
  return origin.from === "flag" || origin.from === "variable";
}
