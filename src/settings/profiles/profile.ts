import { quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";

/** The texts that a profile may hold, in the order in which they are shown. Their names are those of the file. */
export const PROFILE_TEXTS = [
  "store",
  "key",
  "namespace",
  "region",
  "aws_profile",
  "role_arn",
  "role_session_name",
  "author",
  "store_id",
  "key_id",
] as const;

export type ProfileText = (typeof PROFILE_TEXTS)[number];

/** Where somebody's secrets are and how to reach them, under one name. `store_id` and `key_id` pin what must be found there. */
export interface Profile extends Readonly<Partial<Record<ProfileText, string>>> {
  /** Key URLs: for whom a new data key is wrapped besides. */
  readonly also_wrap?: readonly string[];
}

/** What a program's helper (`coffer as git-credential` …) takes, where no flag or variable says it. */
export interface HelperSettings {
  readonly profile?: string;
  /** Below which it keeps what is its own. */
  readonly namespace?: string;
}

/** The programs that have helpers, as `[helper.NAME]` names them. */
export const HELPER_NAMES = ["keyring", "git", "docker", "aws", "cargo", "askpass", "terraform"] as const;

export type HelperName = (typeof HELPER_NAMES)[number];

/** All that the user's configuration file says. */
export interface Configuration {
  /** The profile that counts where nobody names another. */
  readonly profile: string | null;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly helpers: ReadonlyMap<string, HelperSettings>;
}

export const EMPTY_CONFIGURATION: Configuration = { profile: null, profiles: new Map(), helpers: new Map() };

/** What may be called a profile: easy to type, and never mistaken for a flag. */
export function isProfileName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name);
}

/** Throws `USAGE`. */
export function assertProfileName(name: string): void {
  if (isProfileName(name)) return;
  throw new CofferError("USAGE", `${quote(name)} is no name of a profile`, { hint: PROFILE_NAME_HINT });
}

export const PROFILE_NAME_HINT = "it is 1 to 64 of A-Z a-z 0-9 _ . -, and begins with a letter or digit";
