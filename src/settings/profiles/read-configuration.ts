import { CofferError, isCofferError } from "../../errors.js";
import { findFolders } from "../folders.js";
import type { Lookup } from "../lookup.js";
import { isMissing, isSeen, readFileBytes } from "../read-bytes.js";
import { type Configuration, EMPTY_CONFIGURATION } from "./profile.js";

export const MAX_CONFIGURATION_BYTES = 262_144;

/** Where the configuration is, whether it is there or not: `COFFER_CONFIG`, or the platform's folder; null where there is no home. */
export function findConfigurationFile(world: Lookup["world"]): string | null {
  return world.env.COFFER_CONFIG || findFolders(world).configuration;
}

/** Throws `INVALID` for a file that is not what it should be, `NOT_FOUND` where the one that `COFFER_CONFIG` names is not there. */
export async function readConfiguration(world: Lookup["world"]): Promise<Configuration> {
  const file = findConfigurationFile(world);
  const bytes = file === null ? null : await readIfThere(file, world);
  if (file === null || bytes === null) return EMPTY_CONFIGURATION;
  // The parser is loaded where there is something to parse.
  const { parseConfiguration } = await import("./parse-configuration.js");
  return parseConfiguration(bytes, file);
}

async function readIfThere(file: string, { env, signal }: Lookup["world"]): Promise<Uint8Array | null> {
  if (!env.COFFER_CONFIG && isMissing(file)) return null;
  try {
    return await readFileBytes(file, MAX_CONFIGURATION_BYTES, signal);
  } catch (error) {
    if (isCofferError(error, "NOT_FOUND")) {
      if (!env.COFFER_CONFIG) return null;
      throw new CofferError("NOT_FOUND", `there is no file ${file}, which COFFER_CONFIG names`, {
        hint: "`coffer profile add NAME` begins one",
        cause: error,
      });
    }
    if (!isCofferError(error, "ACCESS_DENIED")) throw error;
    // A service often runs with the HOME of somebody else, which it may not enter: that is no configuration of its own.
    if (!env.COFFER_CONFIG && !isSeen(file)) return null;
    throw new CofferError("ACCESS_DENIED", error.message, { hint: "COFFER_CONFIG names another file", cause: error });
  }
}
