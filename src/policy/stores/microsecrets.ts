import { CofferError } from "../../errors.js";
import { areaOf } from "../../legacy/microsecrets/namespaces.js";
import { parseStoreAddress } from "../../stores/store-address.js";
import { literalInPattern } from "../iam-text.js";
import type { Permissions, PolicyRequest } from "../policy-request.js";
import type { Role } from "../role.js";
import type { Scope } from "../scope.js";
import type { Condition, Statement } from "../statement.js";

/**
 * What is called: the newest is found by listing; S3 itself opens and seals with the key, for whoever asks; a commit is under a lock. Whoever uploads with `microsecrets-upload` reads
 * nothing and needs no lock.
 */
type Call = "list" | "get" | "upload" | "lock";

const CALLS: Readonly<Record<Exclude<Role, "auditor">, readonly Call[]>> = {
  reader: ["list", "get"],
  submitter: ["list", "upload"],
  editor: ["list", "get", "upload", "lock"],
  admin: ["list", "get", "upload", "lock"],
};

/** A bucket of microsecrets: rights on the uploads of services, and on the key that they are encrypted with. Throws `UNSUPPORTED` for an auditor. */
export function findPermissions({ role, store, key, scope }: PolicyRequest): Permissions {
  if (role === "auditor") {
    throw new CofferError("UNSUPPORTED", "names stand in what is encrypted, so that who may see them may see all", {
      hint: "a reader of it is all that there is",
    });
  }
  const calls = new Set(CALLS[role]);
  const { authority: bucket } = parseStoreAddress(store, ["kms-key"]);
  const arn = `arn:${key.partition}:s3:::${bucket}`;
  const uploads = uploadsIn(scope);
  const locks = calls.has("lock") ? locksIn(scope) : [];
  const own = keyStatements(calls, {
    Resource: [key.arn],
    // With a bucket key the context is the bucket alone: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
    Condition: viaS3([arn, ...uploads.map((path) => `${arn}/${path}`)], key.region),
  });
  return {
    statements: [
      ...objectStatements(calls, arn, uploads),
      ...lockStatements(arn, locks),
      listStatement(arn, [...uploads, ...locks]),
      ...own,
    ],
    key: null,
  };
}

/** The keys of uploads, as patterns. */
function uploadsIn({ namespaces, recursive }: Scope): string[] {
  if (namespaces.length === 0) return ["services/*"];
  return namespaces.flatMap((namespace) => {
    if (recursive) return [`services/${literalInPattern(namespace)}/*`];
    const area = areaOf(namespace);
    const service = `services/${literalInPattern(area.service)}`;
    if (area.kind === "files") return [`${service}/files/${literalInPattern(area.folder)}*`];
    return [`${service}/environment/*`, `${service}/files/*`];
  });
}

function locksIn({ namespaces, recursive }: Scope): string[] {
  if (namespaces.length === 0) return ["services/*/coffer.lock"];
  return namespaces.flatMap((namespace) => {
    const service = `services/${literalInPattern(areaOf(namespace).service)}`;
    return [`${service}/coffer.lock`, ...(recursive ? [`${service}/*/coffer.lock`] : [])];
  });
}

function objectStatements(calls: ReadonlySet<Call>, arn: string, paths: readonly string[]): Statement[] {
  const Resource = paths.map((path) => `${arn}/${path}`);
  const read: Statement = { Sid: "ReadUploads", Effect: "Allow", Action: ["s3:GetObject"], Resource };
  const upload: Statement[] = [
    // None takes the place of another.
    { Sid: "Upload", Effect: "Allow", Action: ["s3:PutObject"], Resource, Condition: isSent("s3:if-none-match") },
    {
      Sid: "UploadPrivately",
      Effect: "Allow",
      Action: ["s3:PutObjectAcl"],
      Resource,
      Condition: { StringEquals: { "s3:x-amz-acl": "private" } },
    },
  ];
  return [...(calls.has("get") ? [read] : []), ...(calls.has("upload") ? upload : [])];
}

function lockStatements(arn: string, locks: readonly string[]): Statement[] {
  if (locks.length === 0) return [];
  const Action = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"];
  return [{ Sid: "Lock", Effect: "Allow", Action, Resource: locks.map((path) => `${arn}/${path}`) }];
}

function listStatement(arn: string, paths: readonly string[]): Statement {
  const Condition = { StringLike: { "s3:prefix": paths } };
  return { Sid: "ListUploads", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [arn], Condition };
}

function keyStatements(
  calls: ReadonlySet<Call>,
  { Resource, Condition }: { readonly Resource: readonly string[]; readonly Condition: Condition },
): Statement[] {
  const through = [
    ...(calls.has("get") ? ["kms:Decrypt"] : []),
    ...(calls.has("upload") ? ["kms:GenerateDataKey"] : []),
  ];
  const use: Statement = { Sid: "UseKeyThroughS3", Effect: "Allow", Action: through, Resource, Condition };
  const find: Statement = { Sid: "FindKey", Effect: "Allow", Action: ["kms:DescribeKey"], Resource };
  return [use, ...(calls.has("upload") ? [find] : [])];
}

/** S3 names the object in the encryption context: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context */
function viaS3(arns: readonly string[], region: string | null): Condition {
  return {
    StringLike: { "kms:EncryptionContext:aws:s3:arn": arns, "kms:ViaService": `s3.${region ?? "*"}.amazonaws.com*` },
  };
}

function isSent(header: string): Condition {
  return { Null: { [header]: "false" } };
}
