import { requireKeyArn } from "../../src/policy/key-arn.js";
import { findPermissions } from "../../src/policy/permissions.js";
import type { Permissions, PolicyRequest } from "../../src/policy/policy-request.js";
import { ROLE_VERBS, type Role } from "../../src/policy/role.js";
import { type PolicyDocument, policyDocument } from "../../src/policy/statement.js";
import type { AccessRequest } from "./judge.js";
import { type Aim, HERE, sampleRequests } from "./samples.js";

/** What a role may do in the store at `HERE`, in its namespace alone. */
export function permissionsOf(role: Role, changes: Partial<PolicyRequest> = {}): Promise<Permissions> {
  return findPermissions({
    role,
    store: `s3://${HERE.bucket}/${HERE.prefix.slice(0, -1)}`,
    storeId: HERE.store,
    key: requireKeyArn(HERE.key),
    furtherKeys: [],
    scope: { namespaces: [HERE.namespace], recursive: false },
    context: {},
    ...changes,
  });
}

/** The same as a policy. */
export async function policyOf(role: Role, changes: Partial<PolicyRequest> = {}): Promise<PolicyDocument> {
  return policyDocument((await permissionsOf(role, changes)).statements);
}

/** All that the verbs of a role ask for, each once: the verbs ask for much the same. */
export function requestsOfRole(role: Role, aim?: Aim): AccessRequest[] {
  const all = ROLE_VERBS[role].flatMap((verb) => sampleRequests(verb, aim));
  return [...new Map(all.map((request) => [JSON.stringify(request), request])).values()];
}

/** True for what is asked of the whole bucket, key or store, whatever the namespace. */
export function isCommon({ action, resource, context }: AccessRequest): boolean {
  return (
    /\/(coffer\.json|probe\/.*)$/.test(resource) ||
    /(coffer\.json|probe\/.*)$/.test(String(context["s3:prefix"] ?? "")) ||
    (/^s3:(Get|Put|Create)/.test(action) && !resource.includes("/")) ||
    /^kms:(DescribeKey|GetKeyRotationStatus|EnableKeyRotation)$/.test(action)
  );
}
