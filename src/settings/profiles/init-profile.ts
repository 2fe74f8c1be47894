import { CofferError } from "../../errors.js";
import { resolveUrl } from "../../open/resolve-url.js";
import { findFolders } from "../folders.js";
import type { Lookup, Tell } from "../lookup.js";
import { parseNamespace } from "../namespace.js";
import { type ChosenProfile, isExplicit } from "../origin.js";
import { builtInUrl } from "../settings.js";
import { assertProfileName, type Profile } from "./profile.js";

type Pins = Required<Pick<Profile, "store_id" | "key_id">>;
type Urls = Required<Pick<Profile, "store" | "key">>;

/** What `init` writes: the pins, and the recovery key that new data keys are wrapped for besides, if one was made. */
type WriteProfile = (pins: Pins, recovery?: string) => Promise<void>;

/**
 * Where `init` is called with a profile, gives what writes it once store and key are known; else what does nothing. Throws before
 * anything is made: `USAGE`, `CONFLICT` for a profile that names another store or key, and whatever keeps the configuration from being written. `region` goes into
 * a profile that says none.
 */
export async function prepareProfile(lookup: Lookup, urls: Urls, tell: Tell, region?: string): Promise<WriteProfile> {
  const { chosen } = lookup.sources;
  if (chosen === null || !isExplicit(chosen)) return async () => {};
  assertProfileName(chosen.name);
  if (chosen.profile !== null) assertSameUrls(lookup, chosen, chosen.profile, urls);
  // Loaded for this alone: it brings the parser along.
  const { assertConfigurationCanChange } = await import("./write-configuration.js");
  await assertConfigurationCanChange(lookup.world);
  return (pins, recovery) => writeProfile(lookup, chosen.name, { urls, pins, recovery, region, tell });
}

async function writeProfile(
  lookup: Lookup,
  name: string,
  { urls, pins, recovery, region, tell }: Writing,
): Promise<void> {
  const { changeConfiguration } = await import("./write-configuration.js");
  const { addFurtherKey, addProfile, addToProfile } = await import("./edit-configuration.js");
  const more: Profile = {
    ...(region === undefined ? {} : { region }),
    ...pins,
    ...(recovery === undefined ? {} : { also_wrap: [recovery] }),
  };
  let written: readonly string[] = [];
  await changeConfiguration(lookup.world, ({ profiles }) => {
    const there = profiles.get(name);
    if (there === undefined) {
      written = Object.keys(pins);
      return addProfile(name, { ...urls, ...readOthers(lookup), ...more });
    }
    const missing = Object.entries(more).filter(([key]) => !Object.hasOwn(there, key));
    written = missing.map(([key]) => key).filter((key) => Object.hasOwn(pins, key));
    return missing.length === 0 ? null : addToProfile(name, Object.fromEntries(missing));
  });
  if (recovery !== undefined) {
    await changeConfiguration(lookup.world, ({ profiles }) =>
      profiles.get(name)?.also_wrap?.includes(recovery) === true ? null : addFurtherKey(name, recovery),
    );
  }
  if (written.length > 0) await tell(`the profile ${name} pins the ids of ${written.map(showPin).join(" and ")}`);
}

interface Writing {
  readonly urls: Urls;
  readonly pins: Pins;
  readonly recovery: string | undefined;
  readonly region: string | undefined;
  readonly tell: Tell;
}

function showPin(key: string): string {
  return key === "store_id" ? "the store" : "the key";
}

/** What else was said for the new profile. */
function readOthers({ flags }: Lookup): Profile {
  const [namespace, region] = [flags.text("namespace"), flags.text("region")];
  return {
    ...(namespace === undefined ? {} : { namespace: parseNamespace(namespace) || "/" }),
    ...(region === undefined ? {} : { region }),
  };
}

function assertSameUrls(lookup: Lookup, { name }: ChosenProfile, profile: Profile, urls: Urls): void {
  const home = findFolders(lookup.world).home ?? undefined;
  for (const what of ["store", "key"] as const) {
    const own = profile[what] ?? builtInUrl(lookup, what);
    if (own === null || resolveUrl(what, own, home) === urls[what]) continue;
    throw new CofferError("CONFLICT", `the profile ${name} names another ${what}, ${own}`, {
      hint: `leave the flag or variable out that names ${urls[what]}, or give the profile another name`,
    });
  }
}
