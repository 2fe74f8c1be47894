import type { Context } from "../../core/context.js";
import { CofferError } from "../../errors.js";
import { renderAscii } from "../iam-text.js";
import type { KeyPermissions } from "../policy-request.js";
import { hasNoKey } from "./key-policy.js";
import type { PolicyText, WritePolicy } from "./policy-format.js";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html#KMS-CreateGrant-request-Constraints */
const MAX_CONSTRAINT_CHARACTERS = 384;

/** The commands that make grants: one for each namespace, since a grant knows one value for each name of a context. */
export const writeGrants: WritePolicy = (policy) => {
  const { key } = policy.permissions;
  if (key === null) throw hasNoKey(policy.role);
  const contexts = requireContexts(policy, key);
  const grantees = policy.principals.length === 0 ? [null] : policy.principals;
  return grantees.flatMap((grantee) => contexts.map((context) => writeGrant(key, grantee, context))).join("");
};

function requireContexts({ store, storeId, scope }: PolicyText, { arn, contexts }: KeyPermissions): readonly Context[] {
  if (!store.startsWith("s3:")) throw cannot("is for a vault, whose keys know its namespaces", "use --format json");
  if (storeId === null) throw cannot("needs the store's id", "pin it in the profile, or set COFFER_STORE_ID");
  if (arn.region === null)
    throw cannot("is for a key in one region", "name the key with -k, by its ARN with the region");
  if (scope.recursive) throw cannot("knows no patterns", "name each namespace, or use --format json");
  if (contexts === null) {
    // A constraint on a pair would keep from the keys that have no user context as well, and these open the namespace.
    throw cannot("cannot tell data keys with a context from those without", "leave -c out, or use --format json");
  }
  return contexts;
}

function writeGrant({ arn, operations }: KeyPermissions, grantee: string | null, context: Context): string {
  const subset = renderAscii(context, 0);
  if (subset.length > MAX_CONSTRAINT_CHARACTERS) throw cannot("has no room for so long a context", "use --format json");
  return `aws kms create-grant \\
  --region ${arn.region} \\
  --key-id ${arn.arn} \\
  --grantee-principal ${grantee === null ? `"\${GRANTEE:?the ARN of who is to have it}"` : quote(grantee)} \\
  --operations ${operations.join(" ")} \\
  --constraints ${quote(renderAscii({ EncryptionContextSubset: context }, 0))}
`;
}

function cannot(what: string, hint: string): CofferError {
  return new CofferError("USAGE", `a grant ${what}`, { hint });
}

/** As one word of a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
