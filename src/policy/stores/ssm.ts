import { CofferError } from "../../errors.js";
import { parsePlace } from "../../stores/ssm/place.js";
import { parseStoreAddress } from "../../stores/store-address.js";
import { literalInPattern } from "../iam-text.js";
import { findKeyArn, type KeyArn } from "../key-arn.js";
import type { KeyPermissions, Permissions, PolicyRequest } from "../policy-request.js";
import type { Role } from "../role.js";
import type { Scope } from "../scope.js";
import { oneOrMany, type Statement } from "../statement.js";

/** What is asked of Parameter Store, and through it of the master key. */
type Call = "get" | "read path" | "describe" | "history" | "put" | "delete" | "decrypt";

const READ: readonly Call[] = ["get", "read path", "describe", "history", "decrypt"];
const EDIT: readonly Call[] = [...READ, "put", "delete"];

/**
 * What each role calls, by verbs and by `coffer as psc` alike. A reader runs get, exec, export, list, history, decrypt-env; a submitter puts blindly; an editor puts, imports, deletes and
 * rolls back; there is nothing more for an admin to do; an auditor sees names and versions.
 */
const ROLE_CALLS: Readonly<Record<Role, readonly Call[]>> = {
  reader: READ,
  submitter: ["put"],
  editor: EDIT,
  admin: EDIT,
  auditor: ["describe", "history"],
};

/** The key that a store's URL names in full, or the place where its parameters are under the account's own key, which nobody has to be allowed. Throws `USAGE` for an alias. */
export function findStoreKey(store: string, region: string | null): KeyArn {
  const named = parseStoreAddress(store, ["kms-key", "tier"]).parameters.get("kms-key");
  if (named === undefined) return { arn: "", partition: "aws", region, account: "*" };
  const key = findKeyArn(named);
  if (key !== null) return key;
  throw new CofferError("USAGE", "a policy names the KMS key by its full ARN, and the store's URL has none", {
    hint: "write it as ?kms-key=arn:aws:kms:REGION:ACCOUNT:key/ID, or give it with -k aws-kms:ARN",
  });
}

/** Parameters: what a role calls, as statements on them and on their key. Throws `USAGE` for a scope that no pattern can tell from others. */
export function findPermissions(request: PolicyRequest): Permissions {
  const calls = new Set(ROLE_CALLS[request.role]);
  const { partition, region, account } = request.key;
  const all = `arn:${partition}:ssm:${region ?? "*"}:${account}`;
  const paths = pathsIn(request);
  const below = paths.map((path) => `${all}:parameter${path}/*`);
  const at = [...paths.map((path) => `${all}:parameter${path === "" ? "/" : path}`), ...below];
  const key = keyPermissions(request, calls, below);
  const one = (call: Call, Sid: string, action: string, Resource: readonly string[]): Statement[] =>
    calls.has(call) ? [{ Sid, Effect: "Allow", Action: [`ssm:${action}`], Resource }] : [];
  return {
    statements: [
      ...one("get", "ReadParameters", "GetParameters", below),
      ...one("read path", "ReadPaths", "GetParametersByPath", at),
      ...one("history", "ReadHistory", "GetParameterHistory", below),
      ...one("put", "WriteParameters", "PutParameter", below),
      ...one("delete", "DeleteParameters", "DeleteParameter", below),
      // Lists are for a whole account: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
      ...one("describe", "ListParameters", "DescribeParameters", ["*"]),
      ...(key?.statements ?? []),
    ],
    key,
  };
}

/** Parameter Store opens and seals values with the right of who asks, under a context that names the parameter. Larger ones, of the advanced tier, have a data key each. */
function keyPermissions(
  { key, store }: PolicyRequest,
  calls: ReadonlySet<Call>,
  parameters: readonly string[],
): KeyPermissions | null {
  const tier = parseStoreAddress(store, ["kms-key", "tier"]).parameters.get("tier") ?? "standard";
  const write = { standard: ["Encrypt"], advanced: ["GenerateDataKey"] }[tier] ?? ["Encrypt", "GenerateDataKey"];
  const operations = [...(calls.has("decrypt") ? ["Decrypt"] : []), ...(calls.has("put") ? write : [])];
  if (key.arn === "" || operations.length === 0) return null;
  const statement: Statement = {
    Sid: "UseKey",
    Effect: "Allow",
    Action: operations.map((operation) => `kms:${operation}`),
    Resource: [key.arn],
    Condition: { StringLike: { "kms:EncryptionContext:PARAMETER_ARN": oneOrMany(parameters) } },
  };
  return { arn: key, statements: [statement], operations, contexts: null };
}

/** `/prefix/prod`, or empty for everything. In a pattern `*` goes through slashes, so what lies below a namespace cannot be told from what lies in it. */
function pathsIn({ store, scope }: { store: string; scope: Scope }): string[] {
  const { namespaces, recursive } = scope;
  const place = parsePlace(store);
  if (namespaces.length > 0 && !recursive) {
    throw new CofferError("USAGE", "in Parameter Store no policy can tell a namespace from what lies below it", {
      hint: "say that you mean both, with -R",
    });
  }
  const paths = (namespaces.length === 0 ? [""] : namespaces).map((namespace) => place.pathOf(namespace) ?? "/");
  return paths.map((path) => literalInPattern(path === "/" ? "" : path));
}
