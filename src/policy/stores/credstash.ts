import { CofferError } from "../../errors.js";
import { parseStoreAddress } from "../../stores/store-address.js";
import type { Permissions, PolicyRequest } from "../policy-request.js";
import type { Role } from "../role.js";
import type { Statement } from "../statement.js";
import { findDataKeyPermissions } from "./plain-data-keys.js";

/** What is asked of a table of credstash and of its master key. */
type Call = "scan" | "query" | "get" | "put" | "delete" | "setup" | "decrypt" | "generate";

const READ: readonly Call[] = ["scan", "query", "get", "decrypt"];
const EDIT: readonly Call[] = [...READ, "put", "delete", "generate"];

/**
 * What each role calls, by verbs and by `coffer as credstash` alike. A reader runs get, getall, list, keys, history; a submitter `put` and `putall` with a version, for which nothing is
 * looked at; an editor all of `put` and `delete`; an admin `setup`; an auditor `list` and history.
 */
const ROLE_CALLS: Readonly<Record<Role, readonly Call[]>> = {
  reader: READ,
  submitter: ["put", "generate"],
  editor: EDIT,
  admin: [...EDIT, "setup"],
  auditor: ["scan", "query"],
};

/** A table of credstash: what a role calls, as statements on it and its master key. Throws `USAGE` for namespaces: what lists reads the table, whole. */
export function findPermissions(request: PolicyRequest): Permissions {
  if (request.scope.namespaces.length > 0) {
    throw new CofferError(
      "USAGE",
      "in a table of credstash no policy can tell namespaces apart: what lists reads all of it",
      {
        hint: "tell readers apart by context: -c env=prod",
      },
    );
  }
  const calls = new Set(ROLE_CALLS[request.role]);
  const { authority: table, parameters } = parseStoreAddress(request.store, ["kms-key", "kms-region"]);
  const { partition, account, region } = request.key;
  // Where the key is in another region than the table, it does not say in which the table is.
  const all = `arn:${partition}:dynamodb:${parameters.has("kms-region") ? "*" : (region ?? "*")}:${account}`;
  const key = findDataKeyPermissions(request, [
    ...(calls.has("decrypt") ? (["Decrypt"] as const) : []),
    ...(calls.has("generate") ? (["GenerateDataKey"] as const) : []),
  ]);
  const one = (call: Call, Sid: string, actions: readonly string[], resource: string): Statement[] =>
    calls.has(call)
      ? [{ Sid, Effect: "Allow", Action: actions.map((action) => `dynamodb:${action}`), Resource: [resource] }]
      : [];
  const own = `${all}:table/${table}`;
  return {
    statements: [
      ...one("scan", "ReadTable", ["Scan"], own),
      ...one("query", "FindVersions", ["Query"], own),
      ...one("get", "ReadVersions", ["GetItem"], own),
      ...one("put", "WriteVersions", ["PutItem"], own),
      ...one("delete", "DeleteVersions", ["DeleteItem"], own),
      ...one("setup", "MakeTable", ["CreateTable", "DescribeTable", "TagResource"], own),
      // Lists are for a whole account: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
      ...one("setup", "ListTables", ["ListTables"], "*"),
      ...(key?.statements ?? []),
    ],
    key,
  };
}
