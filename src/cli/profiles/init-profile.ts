import { CofferError } from "../../errors.js";
import { resolveUrl } from "../../open.js";
import { parseNamespace } from "../arguments/path.js";
import type { Task } from "../command.js";
import { say } from "../output/render.js";
import { findFolders } from "../settings/folders.js";
import { type ChosenProfile, isExplicit } from "../settings/origin.js";
import { builtInUrl } from "../settings/settings.js";
import { assertProfileName, type Profile } from "./profile.js";

type Pins = Required<Pick<Profile, "store_id" | "key_id">>;
type Urls = Required<Pick<Profile, "store" | "key">>;

/**
 * Where `init` is called with a profile, gives what writes it once store and key are known; else what does nothing. Throws before
 * anything is made: `USAGE`, `CONFLICT` for a profile that names another store or key, and whatever keeps the configuration from being written.
 */
export async function prepareProfile(task: Task, urls: Urls): Promise<(pins: Pins) => Promise<void>> {
  const { chosen } = task.sources;
  if (chosen === null || !isExplicit(chosen)) return async () => {};
  assertProfileName(chosen.name);
  if (chosen.profile !== null) assertSameUrls(task, chosen, chosen.profile, urls);
  // Loaded for this alone: it brings the parser along.
  const { assertConfigurationCanChange } = await import("./write-configuration.js");
  await assertConfigurationCanChange(task.world);
  return (pins) => writeProfile(task, chosen.name, urls, pins);
}

async function writeProfile(task: Task, name: string, urls: Urls, pins: Pins): Promise<void> {
  const { changeConfiguration } = await import("./write-configuration.js");
  const { addProfile, addToProfile } = await import("./edit-configuration.js");
  let written: readonly string[] = [];
  await changeConfiguration(task.world, ({ profiles }) => {
    const there = profiles.get(name);
    if (there === undefined) {
      written = Object.keys(pins);
      return addProfile(name, { ...urls, ...readOthers(task), ...pins });
    }
    const missing = Object.entries(pins).filter(([key]) => !Object.hasOwn(there, key));
    written = missing.map(([key]) => key);
    return missing.length === 0 ? null : addToProfile(name, Object.fromEntries(missing));
  });
  if (written.length > 0) await say(task, `the profile ${name} pins the ids of ${written.map(showPin).join(" and ")}`);
}

function showPin(key: string): string {
  return key === "store_id" ? "the store" : "the key";
}

/** What else was said for the new profile on the command line. */
function readOthers({ flags }: Task): Profile {
  const [namespace, region] = [flags.text("namespace"), flags.text("region")];
  return {
    ...(namespace === undefined ? {} : { namespace: parseNamespace(namespace) || "/" }),
    ...(region === undefined ? {} : { region }),
  };
}

function assertSameUrls(task: Task, { name }: ChosenProfile, profile: Profile, urls: Urls): void {
  const home = findFolders(task.world).home ?? undefined;
  for (const what of ["store", "key"] as const) {
    const own = profile[what] ?? builtInUrl(task, what);
    if (own === null || resolveUrl(what, own, home) === urls[what]) continue;
    throw new CofferError("CONFLICT", `the profile ${name} names another ${what}, ${own}`, {
      hint: `leave the flag or variable out that names ${urls[what]}, or give the profile another name`,
    });
  }
}
