import { CofferError } from "../errors.js";
import type { Permissions, PolicyRequest } from "./policy-request.js";

type FindPermissions = (request: PolicyRequest) => Permissions;

/** Where a store's permissions are worked out, by the scheme of its URL; null: there is no such store yet. */
const STORE_KINDS: Readonly<Record<string, (() => Promise<FindPermissions>) | null>> = {
  s3: async () => (await import("./stores/s3.js")).findPermissions,
  ssm: async () => (await import("./stores/ssm.js")).findPermissions,
  secretsmanager: null,
  creds3: async () => (await import("./stores/creds3.js")).findPermissions,
  credstash: async () => (await import("./stores/credstash.js")).findPermissions,
  messer: async () => (await import("./stores/messer.js")).findPermissions,
  s3keyring: async () => (await import("./stores/s3keyring.js")).findPermissions,
  microsecrets: async () => (await import("./stores/microsecrets.js")).findPermissions,
};

/** What a role needs in the store that is named, and nothing else. Throws `UNSUPPORTED` for stores that have no such permissions, `USAGE`. */
export async function findPermissions(request: PolicyRequest): Promise<Permissions> {
  assertHasPolicies(request.store);
  const load = STORE_KINDS[schemeOf(request.store)];
  if (load == null) throw new TypeError("a store that has policies has permissions");
  return (await load())(request);
}

/** Throws `UNSUPPORTED` for a store that is in no cloud, or that there is no table for yet. */
export function assertHasPolicies(store: string): void {
  const scheme = schemeOf(store);
  if (Object.hasOwn(STORE_KINDS, scheme) && STORE_KINDS[scheme] !== null) return;
  if (Object.hasOwn(STORE_KINDS, scheme)) {
    throw new CofferError("UNSUPPORTED", `policies for ${scheme}: stores are not supported yet`);
  }
  throw new CofferError("UNSUPPORTED", "policies are for stores in AWS, and this is none", {
    hint: "name one: -s s3://BUCKET/PREFIX -k aws-kms:ARN",
  });
}

function schemeOf(url: string): string {
  return url.slice(0, Math.max(url.indexOf(":"), 0));
}
