import { CofferError } from "../../errors.js";
import { escapePart, escapePartBefore } from "../../legacy/s3keyring/format.js";
import { groupOf } from "../../legacy/s3keyring/namespaces.js";
import { parseStoreAddress } from "../../stores/store-address.js";
import { literalInPattern } from "../iam-text.js";
import type { Permissions, PolicyRequest } from "../policy-request.js";
import type { Scope } from "../scope.js";
import { oneOrMany, type Statement } from "../statement.js";

/**
 * A keyring of s3keyring: rights on the objects of its groups, and on the key by which S3 encrypts them, for whoever asks. Every `set` looks first what is there, and names stand in
 * objects: so there are readers and editors, and nobody between. Throws `UNSUPPORTED` for the others.
 */
export function findPermissions({ role, store, key, scope }: PolicyRequest): Permissions {
  if (role === "auditor" || role === "submitter") {
    throw new CofferError("UNSUPPORTED", `s3keyring's format has nothing that a ${role} could do without reading`, {
      hint: "there are a reader, and an editor",
    });
  }
  const { authority: bucket, path } = parseStoreAddress(store, ["kms-key"]);
  const arn = `arn:${key.partition}:s3:::${bucket}`;
  const folders = foldersIn(path, scope);
  const Resource = folders.map((folder) => `${arn}/${folder}`);
  const write = role === "reader" ? [] : writeStatements(Resource);
  return {
    statements: [
      { Sid: "ReadPasswords", Effect: "Allow", Action: ["s3:GetObject"], Resource },
      // Without it S3 says "denied" where there is nothing.
      {
        Sid: "ListPasswords",
        Effect: "Allow",
        Action: ["s3:ListBucket"],
        Resource: [arn],
        Condition: { StringLike: { "s3:prefix": oneOrMany(folders) } },
      },
      ...write,
      {
        Sid: "UseKeyThroughS3",
        Effect: "Allow",
        Action: ["kms:Decrypt", ...(role === "reader" ? [] : ["kms:GenerateDataKey"])],
        Resource: [key.arn],
        Condition: {
          // With a bucket key the context is the bucket alone: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
          StringLike: {
            "kms:EncryptionContext:aws:s3:arn": [arn, ...Resource],
            "kms:ViaService": `s3.${key.region ?? "*"}.amazonaws.com*`,
          },
        },
      },
    ],
    key: null,
  };
}

function writeStatements(Resource: readonly string[]): Statement[] {
  return [
    { Sid: "WritePasswords", Effect: "Allow", Action: ["s3:PutObject"], Resource },
    {
      Sid: "WritePrivately",
      Effect: "Allow",
      Action: ["s3:PutObjectAcl"],
      Resource,
      Condition: { StringEquals: { "s3:x-amz-acl": "private" } },
    },
    { Sid: "DeletePasswords", Effect: "Allow", Action: ["s3:DeleteObject"], Resource },
  ];
}

/** By both escapes. A group is the beginning of keys, so what is below it cannot be told from what is in it. */
function foldersIn(namespace: string, { namespaces, recursive }: Scope): string[] {
  if (namespaces.length > 0 && !recursive) {
    throw new CofferError("USAGE", "in a keyring of s3keyring no policy can tell a group from what lies below it", {
      hint: "say that you mean both, with -R",
    });
  }
  const groups = namespaces.length === 0 ? [null] : namespaces.map(requireGroup);
  const folders = groups.flatMap((group) =>
    [escapePart, escapePartBefore].map((write) => {
      const folder = group === null ? `${write(namespace)}/` : `${write(namespace)}/${write(group)}/`;
      return `${literalInPattern(folder)}*`;
    }),
  );
  return [...new Set(folders)];
}

function requireGroup(namespace: string): string {
  const group = groupOf(namespace);
  if (group !== null) return group;
  throw new CofferError("USAGE", "that is no group of s3keyring", {
    hint: "characters other than A-Z a-z 0-9 _ . @ : + = , - are written as %xx",
  });
}
