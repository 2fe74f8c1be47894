import { CofferError, isCofferError } from "../../errors.js";

/** What went wrong after the arguments were understood: creds3 and credstash end with 2 only for arguments that they do not understand. */
export function asFailure(error: unknown): unknown {
  if (!isCofferError(error, "USAGE") && !isCofferError(error, "UNSUPPORTED")) return error;
  const { message, hint } = error;
  return new CofferError("FAILED", message, { ...(hint === undefined ? {} : { hint }), cause: error });
}
