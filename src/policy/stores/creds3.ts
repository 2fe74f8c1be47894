import { CofferError } from "../../errors.js";
import { parseStoreAddress } from "../../stores/store-address.js";
import { literalInPattern } from "../iam-text.js";
import type { Permissions, PolicyRequest } from "../policy-request.js";
import type { Role } from "../role.js";
import type { Scope } from "../scope.js";
import { oneOrMany, type Statement } from "../statement.js";
import { findDataKeyPermissions } from "./plain-data-keys.js";

/** What is asked of a bucket of creds3 and of its master key. */
type Call = "get" | "list" | "create" | "delete" | "setup" | "decrypt" | "generate";

const READ: readonly Call[] = ["get", "list", "decrypt"];
const EDIT: readonly Call[] = [...READ, "create", "delete", "generate"];

/**
 * What each role calls, by verbs and by `coffer as creds3` alike. A reader runs get, getall, list, history; a submitter `put` with a version, for which nothing is looked at; an
 * editor all of `put` and `delete`; an admin `setup`; an auditor `list`.
 */
const ROLE_CALLS: Readonly<Record<Role, readonly Call[]>> = {
  reader: READ,
  submitter: ["create", "generate"],
  editor: EDIT,
  admin: [...EDIT, "setup"],
  auditor: ["list"],
};

/** A bucket of creds3: what a role calls, as statements on its objects and its master key. Throws `USAGE` for a scope that no pattern of keys can tell from others. */
export function findPermissions(request: PolicyRequest): Permissions {
  const calls = new Set(ROLE_CALLS[request.role]);
  const { authority: bucket, path } = parseStoreAddress(request.store, ["kms-key"]);
  const arn = `arn:${request.key.partition}:s3:::${bucket}`;
  const keys = patternsIn(path === "" ? "" : `${path}/`, request.scope);
  const key = findDataKeyPermissions(request, [
    ...(calls.has("decrypt") ? (["Decrypt"] as const) : []),
    ...(calls.has("generate") ? (["GenerateDataKey"] as const) : []),
  ]);
  return {
    statements: [
      ...objectStatements(calls, arn, keys),
      ...bucketStatements(calls, arn, keys),
      ...(key?.statements ?? []),
    ],
    key,
  };
}

function objectStatements(calls: ReadonlySet<Call>, arn: string, keys: readonly string[]): Statement[] {
  const Resource = keys.map((key) => `${arn}/${key}`);
  const one = (call: Call, Sid: string, action: string): Statement[] =>
    calls.has(call) ? [{ Sid, Effect: "Allow", Action: [action], Resource }] : [];
  return [
    ...one("get", "ReadVersions", "s3:GetObject"),
    // Each put has its condition: who may only create may not overwrite.
    ...one("create", "CreateVersions", "s3:PutObject").map((statement) => ({
      ...statement,
      Condition: { Null: { "s3:if-none-match": "false" } },
    })),
    ...one("delete", "DeleteVersions", "s3:DeleteObject"),
  ];
}

function bucketStatements(calls: ReadonlySet<Call>, arn: string, keys: readonly string[]): Statement[] {
  const Resource = [arn];
  const isWhole = keys.includes("*");
  const Condition = { StringLike: { "s3:prefix": oneOrMany(keys) } };
  const list: Statement = { Sid: "ListVersions", Effect: "Allow", Action: ["s3:ListBucket"], Resource };
  const setup = ["s3:CreateBucket", "s3:GetBucketLocation", "s3:GetBucketPublicAccessBlock"];
  return [
    ...(calls.has("list") ? [isWhole ? list : { ...list, Condition }] : []),
    ...(calls.has("setup") ? [{ Sid: "MakeBucket", Effect: "Allow" as const, Action: setup, Resource }] : []),
  ];
}

/** A namespace is the beginning of names here, so what lies below it cannot be told from what lies in it. */
function patternsIn(prefix: string, { namespaces, recursive }: Scope): string[] {
  if (namespaces.length > 0 && !recursive) {
    throw new CofferError("USAGE", "in a bucket of creds3 no policy can tell a namespace from what lies below it", {
      hint: "say that you mean both, with -R",
    });
  }
  const below = namespaces.length === 0 ? [""] : namespaces.map((namespace) => `${namespace}/`);
  return below.map((each) => `${literalInPattern(prefix + each)}*`);
}
