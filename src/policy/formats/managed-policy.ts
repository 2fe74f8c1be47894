import { CofferError } from "../../errors.js";
import type { Permissions } from "../policy-request.js";
import { MAX_MANAGED_POLICY_CHARACTERS, type PolicyDocument, policyDocument, policyLength } from "../statement.js";

/** What is wrong with the size of a managed policy, or null. */
export function findSizeFault({ statements }: Permissions): string | null {
  const length = policyLength(policyDocument(statements));
  if (length <= MAX_MANAGED_POLICY_CHARACTERS) return null;
  return `the policy has ${length} characters, and IAM takes ${MAX_MANAGED_POLICY_CHARACTERS} for a managed one`;
}

export const SIZE_HINT = "make one for fewer namespaces at a time, or for all below one with --recursive";

/** The document of a policy that IAM keeps under a name. Throws `USAGE` for one that is too long. */
export function managedPolicy(permissions: Permissions): PolicyDocument {
  const fault = findSizeFault(permissions);
  if (fault !== null) throw new CofferError("USAGE", fault, { hint: SIZE_HINT });
  return policyDocument(permissions.statements);
}
