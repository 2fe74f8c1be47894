import { CofferError } from "../errors.js";
import type { Aws } from "./aws.js";
import { type Explanation, explainIdentity } from "./explain-identity.js";
import { type AwsFailure, describeFailure, isDenied, isUnsettled, isUntrusted } from "./failure.js";

/** What was asked of AWS, for those who read of its failure. */
export interface Asked {
  /** What we were about to do: `read s3://bucket/key`. */
  readonly doing: string;
  /** The permission it takes: `s3:GetObject`. */
  readonly action: string;
  /** The ARN that the permission is for. */
  readonly resource: string;
}

/** What a failed call means. Any error that is not the SDK's comes back as it is. */
export function explain(error: unknown, asked: Asked, aws: Pick<Aws, "profile" | "region">): unknown {
  // A TypeError is a mistake of ours, but for a URL of the user's that is none.
  if (error instanceof CofferError || (error instanceof TypeError && !("code" in error))) return error;
  const failure = describeFailure(error);
  const [code, message, hint] =
    explainIdentity(failure, aws) ?? explainPlace(failure, asked, aws) ?? explainRest(failure, asked);
  return new CofferError(code, message, { hint, cause: error });
}

/** Where it is. */
function explainPlace(failure: AwsFailure, { resource }: Asked, { region }: Pick<Aws, "region">): Explanation | null {
  const { code, status, message } = failure;
  const bucket = /^arn:[^:]*:s3:::([^/]+)/.exec(resource)?.[1];
  if (/^Region is missing/i.test(message)) {
    return ["USAGE", "no AWS region is given", "give --region, AWS_REGION, or region in the profile"];
  }
  if (/^Region not accepted/.test(message)) {
    return ["USAGE", "the AWS region is none", "for instance --region eu-central-1"];
  }
  if (code === "EndpointError" || code === "ERR_INVALID_URL") {
    const what = code === "EndpointError" ? message : "it is no URL";
    return [
      "USAGE",
      `the endpoint cannot be used: ${what}`,
      "look at AWS_ENDPOINT_URL and its kin, FIPS and dualstack",
    ];
  }
  const elsewhere = failure.region ?? /expecting '([a-z0-9-]+)'/.exec(message)?.[1];
  if (bucket !== undefined && (status === 301 || status === 307 || code === "AuthorizationHeaderMalformed")) {
    const where = elsewhere === undefined ? "another region" : elsewhere;
    return [
      "USAGE",
      `the bucket ${bucket} is in ${where}${region === undefined || region === elsewhere ? "" : `, and not in ${region}`}`,
      elsewhere === undefined
        ? "give its region with --region"
        : `give --region ${elsewhere}, or region in the profile`,
    ];
  }
  if (code === "NoSuchBucket") {
    return [
      "NOT_FOUND",
      `there is no bucket ${bucket ?? "of that name"}`,
      "look at its name and at the account; make it first if it is not there",
    ];
  }
  return null;
}

function explainRest(failure: AwsFailure, asked: Asked): Explanation {
  const { code, status, message } = failure;
  if (isDenied(failure)) return explainDenied(message, asked);
  if (isUntrusted(failure)) {
    return [
      "UNREACHABLE",
      `could not ${asked.doing}: the other side's certificate is not trusted (${code})`,
      "if a proxy or an endpoint of your own has its own certificates, AWS_CA_BUNDLE names their file",
    ];
  }
  if (isUnsettled(failure)) {
    const answer = status === null || status < 300 ? code : `${status} ${code}`;
    return [
      "UNREACHABLE",
      `could not ${asked.doing}: ${status === null ? "no answer" : "AWS does not do it now"} (${answer})`,
      "look at the network and at the endpoint, then try again",
    ];
  }
  const said = message === "" || message === code || message === "UnknownError" ? "" : `: ${message}`;
  return [
    "FAILED",
    `could not ${asked.doing}: AWS answers ${code}${said}`,
    "see what it says of this error: https://docs.aws.amazon.com",
  ];
}

/** Names the right that is missing, as AWS words it: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function explainDenied(message: string, { doing, action, resource }: Asked): Explanation {
  const said = /^User: (\S+) is not authorized to perform: (\S+)(?: on resource: "?([^\s"]+)"?)?/.exec(message);
  const [, principal, missing = action, on = resource] = said ?? [];
  const who = principal === undefined ? "" : ` to ${principal}`;
  const denial = /explicit deny/i.test(message) ? "a policy denies it explicitly" : `it takes ${missing} on ${on}`;
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_Permissions
  const missingToo =
    missing === "s3:GetObject" ? "; without s3:ListBucket S3 says this, too, of what is not there" : "";
  return ["ACCESS_DENIED", `AWS denies${who} ${missing} on ${on}`, `to ${doing}, ${denial}${missingToo}`];
}
