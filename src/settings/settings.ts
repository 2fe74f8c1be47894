import { CofferError } from "../errors.js";
import { resolveUrl } from "../open/resolve-url.js";
import { findFolders } from "./folders.js";
import type { Lookup } from "./lookup.js";
import { parseNamespace } from "./namespace.js";
import { findSetting } from "./setting.js";

export const DEFAULT_TIMEOUT_SECONDS = 30;
// The longest that Node's timers take.
const MAX_TIMEOUT_SECONDS = 2_147_483;

/** The store's URL: flag, variable, profile, or the built-in folder. Throws `USAGE` where there is neither those nor a home. */
export function findStoreUrl(lookup: Lookup): string {
  const url = findSetting(lookup, "store")?.value ?? builtInUrl(lookup, "store");
  if (url !== null) return url;
  throw homeless("store", "-s", "COFFER_STORE");
}

/** The master key's URL, likewise. */
export function findKeyUrl(lookup: Lookup): string {
  const url = findSetting(lookup, "key")?.value ?? builtInUrl(lookup, "key");
  if (url !== null) return url;
  throw homeless("key", "-k", "COFFER_KEY");
}

/** What counts where nothing is said; null without a home. */
export function builtInUrl({ world }: Lookup, what: "store" | "key"): string | null {
  const { vault, masterKey } = findFolders(world);
  const [scheme, file] = what === "store" ? ["folder", vault] : ["key-file", masterKey];
  return file === null ? null : `${scheme}:${file}`;
}

/** Null where nobody has named one. */
export function findDefaultNamespace(lookup: Lookup): string | null {
  const setting = findSetting(lookup, "namespace");
  return setting === null ? null : parseNamespace(setting.value);
}

/** The namespaces of `exec` where none is named: the project's list, unless a flag or variable says a namespace; else the default one, or the root. */
export function findExecNamespaces(lookup: Lookup): readonly string[] {
  const origin = findSetting(lookup, "namespace")?.origin.from;
  const isSaid = origin === "flag" || origin === "variable";
  return (isSaid ? null : lookup.sources.project?.exec) ?? [findDefaultNamespace(lookup) ?? ""];
}

/** How long one call to the store may take, in ms. */
export function findTimeout(lookup: Lookup): number {
  const typed = findSetting(lookup, "timeout")?.value ?? String(DEFAULT_TIMEOUT_SECONDS);
  const seconds = /^\d{1,7}(\.\d{1,3})?$/.test(typed) ? Number(typed) : Number.NaN;
  if (seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS) return Math.ceil(seconds * 1000);
  throw new CofferError("USAGE", "the timeout is no number of seconds above 0");
}

/** The store id that must be found, where one is pinned. A profile's pin is for the profile's own store. */
export function findPinnedStore(lookup: Lookup): string | undefined {
  const pin = findSetting(lookup, "store_id");
  if (pin === null || (pin.origin.from === "profile" && isElsewhere(lookup, "store"))) return undefined;
  if (/^[A-Za-z0-9_-]{22}$/.test(pin.value)) return pin.value;
  throw new CofferError("USAGE", "COFFER_STORE_ID is no store id", {
    hint: "`coffer init --json` prints it, 22 characters",
  });
}

/** The id of the master key that must be found, likewise. */
export function findPinnedKey(lookup: Lookup): string | undefined {
  return isElsewhere(lookup, "key") ? undefined : findSetting(lookup, "key_id")?.value;
}

/** URLs of the further keys that new data keys are wrapped for: the profile says, for its own key. */
export function findFurtherKeys(lookup: Lookup): readonly string[] {
  return isElsewhere(lookup, "key") ? [] : (lookup.sources.chosen?.profile?.also_wrap ?? []);
}

/** The lowest head to accept, where one is pinned. */
export function findMinimumHead({ world }: Lookup): { sequence: number; commit: string } | undefined {
  const pin = world.env.COFFER_MIN_HEAD;
  if (!pin) return undefined;
  const [, sequence, commit] = /^([1-9]\d{0,14}):(c[0-9a-f]{64})$/.exec(pin) ?? [];
  if (sequence !== undefined && commit !== undefined) return { sequence: Number(sequence), commit };
  throw new CofferError("USAGE", "COFFER_MIN_HEAD is not SEQUENCE:COMMIT", {
    hint: "`coffer log NS/ --json` prints both; the commit's id in full",
  });
}

/** True where a flag or variable leads somewhere else than the profile does. */
function isElsewhere(lookup: Lookup, what: "store" | "key"): boolean {
  const setting = findSetting(lookup, what);
  if (setting === null || setting.origin.from === "profile") return false;
  const own = lookup.sources.chosen?.profile?.[what] ?? builtInUrl(lookup, what);
  const home = findFolders(lookup.world).home ?? undefined;
  return own === null || resolveUrl(what, setting.value, home) !== resolveUrl(what, own, home);
}

function homeless(what: string, flag: string, variable: string): CofferError {
  return new CofferError("USAGE", `no ${what} is given, and there is no home to look in`, {
    hint: `give ${flag} or ${variable}, or set HOME`,
  });
}
