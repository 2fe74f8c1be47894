import type { KeyContext } from "../../aws/kms/data-keys.js";
import { CofferError } from "../../errors.js";
import { parseContextPairs } from "../credentials/context-pairs.js";

/** Pairs of `key=value`, of which neither half may be empty. Throws `USAGE`. */
export function parsePairs(pairs: readonly string[]): KeyContext {
  if (pairs.some((pair) => pair.startsWith("=") || pair.endsWith("="))) {
    throw new CofferError("USAGE", "an argument is not of the form key=value", { hint: "neither half may be empty" });
  }
  return parseContextPairs(pairs);
}
