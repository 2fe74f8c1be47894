import type { KeyContext } from "../../aws/kms/data-keys.js";
import { CofferError } from "../../errors.js";

/** Pairs of an encryption context as creds3 and credstash take them: `key=value` with one equals sign; of two pairs of one key the later counts. Throws `USAGE`. */
export function parseContextPairs(pairs: readonly string[]): KeyContext {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key = "", value, ...more] = pair.split("=");
      if (value !== undefined && more.length === 0) return [key, value];
      throw new CofferError("USAGE", "an argument for the context is not of the form key=value", {
        hint: "it has one equals sign, no more and no less",
      });
    }),
  );
}
