import { type CofferError, isCofferError } from "../errors.js";
import { explainIdentity } from "./explain-identity.js";
import { describeFailure, isDenied } from "./failure.js";

const ANYBODY = { profile: undefined };

/** True for an error of ours that says that a right is missing: AWS knows who asks, and does not let him. */
export function isMissingRight(error: unknown): error is CofferError {
  if (!isCofferError(error, "ACCESS_DENIED") || error.cause === undefined) return false;
  const failure = describeFailure(error.cause);
  return isDenied(failure) && explainIdentity(failure, ANYBODY) === null;
}

/** True for one that says that AWS does not know, or not believe, who asks. */
export function isIdentityFailure(error: unknown): boolean {
  if (!isCofferError(error) || error.cause === undefined) return false;
  return explainIdentity(describeFailure(error.cause), ANYBODY) !== null;
}
