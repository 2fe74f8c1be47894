import { CofferError } from "../errors.js";

/** The failure of an object that is not what the chain or the head says it is. */
export function damaged(what: string): CofferError {
  return new CofferError("INTEGRITY", what, {
    hint: "run `coffer verify` to see all that is damaged, and restore these objects from a backup",
  });
}
