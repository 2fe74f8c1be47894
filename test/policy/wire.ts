import type { RecordedRequest } from "../aws/proxy/proxy.js";
import { parseJson, textField } from "../aws/proxy/request.js";
import { type AccessRequest, ANN } from "./judge.js";

/**
 * What IAM has to allow for a request as it was sent, by S3's and KMS's own tables:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html. Throws for a request that nobody has thought of here.
 */
export function accessOf(recorded: RecordedRequest): AccessRequest[] {
  switch (recorded.service) {
    case "s3":
      return accessToS3(recorded);
    case "kms":
      return [accessToKms(recorded)];
    case "sts":
      // Everybody may ask who he is.
      if (recorded.action === "GetCallerIdentity") return [];
  }
  throw new Error(`no right is known for ${recorded.service}:${recorded.action}`);
}

function accessToS3({ action, resource, target, headers, status }: RecordedRequest): AccessRequest[] {
  const slash = resource.indexOf("/");
  const bucket = `arn:aws:s3:::${slash === -1 ? resource : resource.slice(0, slash)}`;
  const key = resource.slice(slash + 1);
  const onObject: OnObject = (name, context) => ask(name, `${bucket}/${key}`, context);
  const listing = (prefix: string, right = "s3:ListBucket"): AccessRequest =>
    ask(right, bucket, { "s3:prefix": prefix });
  const listed = new URLSearchParams(target.slice(target.indexOf("?"))).get("prefix") ?? "";
  const setting = SETTINGS[action];
  if (setting !== undefined && !resource.includes("/")) return [ask(setting, bucket)];
  switch (action) {
    case "GetObject":
      // To be told that there is none takes the right to list, with the key in place of the prefix.
      return [onObject("s3:GetObject"), ...(status === 404 ? [listing(key)] : [])];
    case "PutObject":
      return accessToPut(headers, onObject);
    case "DeleteObject":
      return [onObject(/[?&]versionId=/.test(target) ? "s3:DeleteObjectVersion" : "s3:DeleteObject")];
    case "ListObjectsV2":
      return [listing(listed)];
    case "GetBucketversions":
      return [listing(listed, "s3:ListBucketVersions")];
    default:
      throw new Error(`no right is known for s3 ${action}`);
  }
}

/** What is asked of a bucket as a whole, by the proxy's names. */
const SETTINGS: Readonly<Record<string, string>> = {
  CreateBucket: "s3:CreateBucket",
  GetBucketlocation: "s3:GetBucketLocation",
  GetBucketversioning: "s3:GetBucketVersioning",
  PutBucketversioning: "s3:PutBucketVersioning",
  GetBucketpublicAccessBlock: "s3:GetBucketPublicAccessBlock",
  PutBucketpublicAccessBlock: "s3:PutBucketPublicAccessBlock",
  GetBucketpolicy: "s3:GetBucketPolicy",
  PutBucketpolicy: "s3:PutBucketPolicy",
  GetBucketencryption: "s3:GetEncryptionConfiguration",
  PutBucketencryption: "s3:PutEncryptionConfiguration",
  GetBucketlifecycle: "s3:GetLifecycleConfiguration",
  PutBucketlifecycle: "s3:PutLifecycleConfiguration",
};

type OnObject = (action: string, context?: AccessRequest["context"]) => AccessRequest;

/** Conditions are part of the request; and to compare an ETag takes the right to read it. */
function accessToPut(headers: RecordedRequest["headers"], onObject: OnObject): AccessRequest[] {
  const ifMatch = headers["if-match"];
  const ifNoneMatch = headers["if-none-match"];
  const put = onObject("s3:PutObject", {
    ...(ifMatch === undefined ? {} : { "s3:if-match": ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { "s3:if-none-match": ifNoneMatch }),
  });
  return [put, ...(ifMatch === undefined ? [] : [onObject("s3:GetObject")])];
}

function accessToKms({ action, resource, body }: RecordedRequest): AccessRequest {
  const given = parseJson(body).EncryptionContext;
  const pairs = typeof given === "object" && given !== null ? Object.fromEntries(Object.entries(given)) : {};
  const names = Object.keys(pairs);
  return ask(`kms:${action}`, resource, {
    ...Object.fromEntries(names.map((name) => [`kms:EncryptionContext:${name}`, textField(pairs, name) ?? ""])),
    ...(names.length === 0 ? {} : { "kms:EncryptionContextKeys": names }),
  });
}

function ask(action: string, resource: string, context: AccessRequest["context"] = {}): AccessRequest {
  return { action, resource, context, principal: ANN };
}
