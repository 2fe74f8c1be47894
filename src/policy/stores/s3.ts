import { parseAddress } from "../../objects/s3/address.js";
import { literalInPattern } from "../iam-text.js";
import type { Permissions, PolicyRequest } from "../policy-request.js";
import { ROLE_VERBS } from "../role.js";
import { keysInScope, type Scope } from "../scope.js";
import { type Condition, oneOrMany, type Statement } from "../statement.js";
import { findKeyPermissions } from "./kms-data-keys.js";
import { callsOf, type ObjectKind, type ObjectVerb, type VaultCall } from "./vault-calls.js";

/** A vault on S3 + KMS: what the verbs of a role call, as statements on its bucket and its master key. */
export function findPermissions(request: PolicyRequest): Permissions {
  const calls = new Set(ROLE_VERBS[request.role].flatMap((verb) => [...callsOf(verb)]));
  const { bucket, prefix } = parseAddress(request.store.slice("s3:".length));
  const place = { bucket: `arn:${request.key.partition}:s3:::${bucket}`, prefix: literalInPattern(prefix) };
  const key = findKeyPermissions(request, calls);
  return {
    statements: [
      ...objectStatements(calls, place, request.scope),
      ...listStatements(calls, place, request.scope),
      ...bucketStatements(calls, place.bucket),
      ...key.statements,
    ],
    key: key.own,
  };
}

interface Place {
  /** The bucket's ARN. */
  readonly bucket: string;
  /** What stands before every key of the store, as a pattern; empty, or with a slash at its end. */
  readonly prefix: string;
}

/** What calls on objects need. Replacing asks for two things: S3 lets only readers compare an ETag. */
const OBJECT_ACTIONS: readonly {
  readonly Sid: string;
  readonly action: string;
  readonly verbs: readonly ObjectVerb[];
  readonly Condition?: Condition;
}[] = [
  { Sid: "ReadObjects", action: "s3:GetObject", verbs: ["get", "replace"] },
  // Each put has its condition: who may only create may not overwrite. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
  { Sid: "CreateObjects", action: "s3:PutObject", verbs: ["create"], Condition: isSent("s3:if-none-match") },
  { Sid: "ReplaceObjects", action: "s3:PutObject", verbs: ["replace"], Condition: isSent("s3:if-match") },
  { Sid: "DeleteObjects", action: "s3:DeleteObject", verbs: ["delete"] },
  { Sid: "DestroyOlderVersions", action: "s3:DeleteObjectVersion", verbs: ["destroy"] },
];

// Without the right to list a key, S3 answers "denied" and not "there is none" where there is none: whoever may read may know.
const LIST_ACTIONS: typeof OBJECT_ACTIONS = [
  { Sid: "ListObjects", action: "s3:ListBucket", verbs: ["get", "list"] },
  { Sid: "ListVersions", action: "s3:ListBucketVersions", verbs: ["destroy"] },
];

function isSent(header: string): Condition {
  return { Null: { [header]: "false" } };
}

function objectStatements(calls: ReadonlySet<VaultCall>, { bucket, prefix }: Place, scope: Scope): Statement[] {
  return OBJECT_ACTIONS.flatMap(({ Sid, action, verbs, Condition }) => {
    const Resource = keysOf(calls, verbs, scope).map((key) => `${bucket}/${prefix}${key}`);
    const statement: Statement = { Sid, Effect: "Allow", Action: [action], Resource, ...(Condition && { Condition }) };
    return Resource.length === 0 ? [] : [statement];
  });
}

function listStatements(calls: ReadonlySet<VaultCall>, { bucket, prefix }: Place, scope: Scope): Statement[] {
  return LIST_ACTIONS.flatMap(({ Sid, action, verbs }) => {
    const keys = keysOf(calls, verbs, scope).map((key) => prefix + key);
    const Condition = { StringLike: { "s3:prefix": oneOrMany(keys) } };
    const statement: Statement = { Sid, Effect: "Allow", Action: [action], Resource: [bucket], Condition };
    return keys.length === 0 ? [] : [statement];
  });
}

const BUCKET_ACTIONS: readonly (readonly [sid: string, call: VaultCall, actions: readonly string[]])[] = [
  [
    "SeeBucket",
    "describe bucket",
    [
      "s3:GetBucketLocation",
      "s3:GetBucketPolicy",
      "s3:GetBucketPublicAccessBlock",
      "s3:GetBucketVersioning",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
    ],
  ],
  [
    "ArrangeBucket",
    "arrange bucket",
    [
      "s3:CreateBucket",
      "s3:PutBucketPolicy",
      "s3:PutBucketPublicAccessBlock",
      "s3:PutBucketVersioning",
      "s3:PutEncryptionConfiguration",
      "s3:PutLifecycleConfiguration",
    ],
  ],
];

function bucketStatements(calls: ReadonlySet<VaultCall>, bucket: string): Statement[] {
  return BUCKET_ACTIONS.filter(([, call]) => calls.has(call)).map(([Sid, , Action]) => {
    return { Sid, Effect: "Allow" as const, Action, Resource: [bucket] };
  });
}

/** The keys, as patterns, of all objects on which one of these is done. */
function keysOf(calls: ReadonlySet<VaultCall>, verbs: readonly ObjectVerb[], scope: Scope): string[] {
  const objects = OBJECT_KINDS.filter((object) => verbs.some((verb) => calls.has(`${verb} ${object}`)));
  return objects.flatMap((object) => KEYS[object](scope));
}

const KEYS: Readonly<Record<ObjectKind, (scope: Scope) => string[]>> = {
  head: (scope) => keysInScope("heads", scope),
  commit: (scope) => keysInScope("commits", scope),
  blob: (scope) => keysInScope("blobs", scope),
  submission: (scope) => keysInScope("inbox", scope),
  record: () => ["coffer.json"],
  probe: () => ["probe/*"],
};

const OBJECT_KINDS: readonly ObjectKind[] = ["head", "commit", "blob", "submission", "record", "probe"];
