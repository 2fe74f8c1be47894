import { CofferError } from "../errors.js";
import { isForeign } from "../open/foreign-stores.js";
import { resolveUrl } from "../open/resolve-url.js";
import { findFolders } from "./folders.js";
import type { Lookup } from "./lookup.js";
import { isProfileName, type Profile } from "./profiles/profile.js";
import { findConfigurationFile, readConfiguration } from "./profiles/read-configuration.js";
import { findStoreUrl } from "./settings.js";

/** The variables whose settings a profile has as well. */
const OF_THE_OTHER = [
  "COFFER_STORE",
  "COFFER_KEY",
  "COFFER_NAMESPACE",
  "COFFER_REGION",
  "COFFER_STORE_ID",
  "COFFER_MIN_HEAD",
];

/** Where the settings of a store are looked up, and its URL where that is not the one of these settings. */
export interface Whereabouts {
  readonly lookup: Lookup;
  readonly store?: string;
}

/**
 * The settings for a store that is named besides that of the settings: by the name of a profile, which alone counts then; or by its URL, with the one profile that has it as its store, else with the key, the
 * region and the roles that count anyway. `named`: what was typed behind `flag`; undefined means the store of the settings. Throws `NOT_FOUND` for a profile that is not
 * there, `USAGE` for a URL that several have.
 */
export async function findStoreNamed(lookup: Lookup, named: string | undefined, flag: string): Promise<Whereabouts> {
  if (named === undefined) {
    const url = findStoreUrl(lookup);
    // The key that is named is for the other store, then.
    return isForeign(url) ? { lookup, store: url } : { lookup };
  }
  const { profiles } = await readConfiguration(lookup.world);
  if (isProfileName(named)) {
    const profile = profiles.get(named);
    if (profile !== undefined) return { lookup: asProfile(lookup, named, profile, flag) };
    throw new CofferError("NOT_FOUND", `${flag} names a profile that is not there`, {
      hint: "`coffer profile list` shows those there are; a store's URL begins as in folder: or s3:",
    });
  }
  const home = findFolders(lookup.world).home ?? undefined;
  const url = resolveUrl("store", named, home);
  if (isSame(url, () => findStoreUrl(lookup), home)) return findStoreNamed(lookup, undefined, flag);
  const having = [...profiles].filter(([, { store }]) => store !== undefined && isSame(url, () => store, home));
  const [found, another] = having;
  if (found === undefined) return { lookup, store: named };
  if (another === undefined) return { lookup: asProfile(lookup, ...found, flag) };
  throw new CofferError(
    "USAGE",
    `several profiles have the store of ${flag}: ${having.map(([name]) => name).join(", ")}`,
    {
      hint: `name the one that is meant in its place: ${flag} ${found[0]}`,
    },
  );
}

/** True where both mean one store. A profile may hold what is no URL any more, and where there is no home there may be no store of the settings. */
function isSame(url: string, findOther: () => string, home: string | undefined): boolean {
  try {
    return url === resolveUrl("store", findOther(), home);
  } catch {
    return false;
  }
}

/** The settings of that profile alone: what flags and variables say is said of the other store. */
function asProfile(lookup: Lookup, name: string, profile: Profile, flag: string): Lookup {
  const { flags, world, sources } = lookup;
  const said = Object.entries(world.env).filter(([variable]) => !OF_THE_OTHER.includes(variable));
  const file = findConfigurationFile(world) ?? "";
  return {
    flags: { text: (asked) => (asked === "timeout" || asked === "project" ? flags.text(asked) : undefined) },
    world: { ...world, env: Object.fromEntries(said) },
    sources: { ...sources, chosen: { name, origin: { from: "flag", name: flag }, file, profile } },
  };
}
