import { callsOf, type VaultCall, type VaultVerb } from "../../src/policy/stores/vault-calls.js";
import { ACCOUNT, type AccessRequest, ANN } from "./judge.js";

/** Where the requests of a verb go. */
export interface Aim {
  /** The namespace as one segment of a key, and as it stands in the encryption context. */
  readonly segment: string;
  readonly namespace: string;
  readonly store: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly key: string;
  /** Further pairs of the encryption context. */
  readonly context: Readonly<Record<string, string>>;
}

export const HERE: Aim = {
  segment: "prod!billing",
  namespace: "prod/billing",
  store: "AAAAAAAAAAAAAAAAAAAAAA",
  bucket: "acme-secrets",
  prefix: "team/",
  key: `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  context: {},
};

const EPOCH = "AAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAA";
const SETTINGS = [
  "BucketPolicy",
  "BucketPublicAccessBlock",
  "BucketVersioning",
  "EncryptionConfiguration",
  "LifecycleConfiguration",
];

/** The requests that a verb makes by the table, said without the code that makes policies of it. */
export function sampleRequests(verb: VaultVerb, aim: Aim = HERE): AccessRequest[] {
  return [...callsOf(verb)].flatMap((call) => requestsOf(call, aim));
}

function requestsOf(call: VaultCall, aim: Aim): AccessRequest[] {
  const [what = "", kind = ""] = call.split(" ");
  const key = aim.prefix + keyOf(kind, aim);
  const object = (action: string, headers: AccessRequest["context"] = {}): AccessRequest =>
    ask(action, `arn:aws:s3:::${aim.bucket}/${key}`, headers);
  const bucket = (action: string, prefix?: string): AccessRequest =>
    ask(action, `arn:aws:s3:::${aim.bucket}`, prefix === undefined ? {} : { "s3:prefix": prefix });
  const master = (action: string, epoch?: string): AccessRequest =>
    ask(action, aim.key, epoch === undefined ? {} : encryptionContext(aim, epoch));
  switch (call) {
    case "unwrap":
      return [master("kms:Decrypt", EPOCH), master("kms:Decrypt", `${EPOCH}/own`)];
    case "wrap":
      return [master("kms:Encrypt", EPOCH)];
    case "generate":
      return [master("kms:GenerateDataKey", EPOCH)];
    case "generate inbox":
      return [master("kms:GenerateDataKey", "inbox")];
    case "describe key":
      return [master("kms:DescribeKey"), master("kms:GetKeyRotationStatus")];
    case "arrange key":
      return [master("kms:EnableKeyRotation")];
    case "describe bucket":
      return [bucket("s3:GetBucketLocation"), ...SETTINGS.map((setting) => bucket(`s3:Get${setting}`))];
    case "arrange bucket":
      return [bucket("s3:CreateBucket"), ...SETTINGS.map((setting) => bucket(`s3:Put${setting}`))];
  }
  switch (what) {
    case "get":
      // Where there is none, S3 asks whether it may say so.
      return [object("s3:GetObject"), bucket("s3:ListBucket", key)];
    case "list":
      return [bucket("s3:ListBucket", kind === "head" ? key : key.slice(0, key.lastIndexOf("/") + 1))];
    case "create":
      return [object("s3:PutObject", { "s3:if-none-match": "*" })];
    case "replace":
      return [object("s3:PutObject", { "s3:if-match": "0123" }), object("s3:GetObject")];
    case "delete":
      return [object("s3:DeleteObject")];
    case "destroy":
      return [bucket("s3:ListBucketVersions", key), object("s3:DeleteObjectVersion")];
    default:
      throw new Error(`what is ${call}?`);
  }
}

function keyOf(kind: string, { segment }: Aim): string {
  switch (kind) {
    case "head":
      return `heads/${segment}`;
    case "commit":
      return `commits/${segment}/0000000000000001-c${"0".repeat(64)}`;
    case "blob":
      return `blobs/${segment}/0000000000000001-b${"0".repeat(64)}`;
    case "submission":
      return `inbox/${segment}/0123`;
    case "record":
      return "coffer.json";
    default:
      return "probe/0123";
  }
}

function encryptionContext({ store, namespace, context }: Aim, epoch: string): AccessRequest["context"] {
  const pairs = { "coffer:store": store, "coffer:namespace": namespace, "coffer:epoch": epoch, ...context };
  return {
    ...Object.fromEntries(Object.entries(pairs).map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
    "kms:EncryptionContextKeys": Object.keys(pairs),
  };
}

function ask(action: string, resource: string, context: AccessRequest["context"] = {}): AccessRequest {
  return { action, resource, context, principal: ANN };
}
