import { CofferError, isCofferError } from "../../errors.js";
import type { KeyVersion } from "./format.js";
import { keyNamesOf } from "./layout.js";
import type { Messer } from "./open-messer.js";
import type { StorePlace } from "./store-url.js";

/**
 * The data key of an item that is new: the one that the URL names, which is made where there is none, else the only one that there is. Throws `USAGE` where it is not clear which.
 */
export async function chooseKey(
  { keys }: Messer,
  { keyName, keysBucket, masterKey }: StorePlace,
  signal: AbortSignal | undefined,
): Promise<KeyVersion> {
  if (keyName === null) {
    const [only, ...others] = keyNamesOf(await keys.list("", signal));
    if (only !== undefined && others.length === 0) return keys.newest(only, signal);
    throw new CofferError("USAGE", `which data key of ${keysBucket} a new item is to have is not said`, {
      hint: "name it in the URL: &key=NAME",
    });
  }
  try {
    return await keys.newest(keyName, signal);
  } catch (error) {
    if (!isCofferError(error, "NOT_FOUND") || masterKey === "") throw error;
    // Whoever else makes it at the same time makes the same version of it.
    await keys.create({ name: keyName, version: 0 }, signal);
    return keys.newest(keyName, signal);
  }
}
