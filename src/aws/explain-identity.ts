import type { ErrorCode } from "../errors.js";
import type { Aws } from "./aws.js";
import type { AwsFailure } from "./failure.js";

export type Explanation = readonly [code: ErrorCode, message: string, hint: string];

/** Who we are, and whether AWS believes it; null for failures that are not about that. */
export function explainIdentity(failure: AwsFailure, { profile }: Pick<Aws, "profile">): Explanation | null {
  const { code, message } = failure;
  const forProfile = profile === undefined ? "" : ` --profile ${profile}`;
  if (isClock(failure)) {
    return [
      "ACCESS_DENIED",
      "AWS refuses the time of the request: this machine's clock is wrong",
      "set the clock, then try again",
    ];
  }
  if (/sso/i.test(message) && /expired|invalid|refresh|not found/i.test(message) && failure.status === null) {
    return [
      "ACCESS_DENIED",
      `the AWS SSO session${ofProfile(profile)} is missing or has expired`,
      `log in: aws sso login${forProfile}`,
    ];
  }
  if (/multi-factor|mfa/i.test(message) && failure.status === null) {
    return [
      "ACCESS_DENIED",
      `the AWS profile${ofName(profile)} wants the code of an MFA device, and there is nobody to ask`,
      "run it at a terminal, or use credentials that were got with the code before",
    ];
  }
  if (/^Could not load credentials/.test(message) && profile === undefined) {
    return [
      "ACCESS_DENIED",
      "no AWS credentials were found",
      "name a profile (AWS_PROFILE), log in (aws sso login), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    ];
  }
  if (failure.status === null && /Provider.*Error$/.test(code)) {
    return [
      "ACCESS_DENIED",
      `AWS credentials${ofProfile(profile)} could not be had`,
      `see what the AWS CLI says of them: aws sts get-caller-identity${forProfile}`,
    ];
  }
  if (EXPIRED.includes(code)) {
    return [
      "ACCESS_DENIED",
      `the AWS credentials${ofProfile(profile)} have expired`,
      `get new ones: aws sso login${forProfile}, or the way you got them`,
    ];
  }
  if (UNKNOWN_KEY.includes(code)) {
    return [
      "ACCESS_DENIED",
      "AWS does not know the access key, or its secret is another one",
      `see who you are: aws sts get-caller-identity${forProfile}`,
    ];
  }
  return null;
}

const EXPIRED = ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];
const UNKNOWN_KEY = [
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "SignatureDoesNotMatch",
  "InvalidSignatureException",
  "IncompleteSignature",
  "InvalidToken",
  "MissingAuthenticationTokenException",
];

function isClock({ code, message }: AwsFailure): boolean {
  return (
    code === "RequestTimeTooSkewed" ||
    code === "RequestInTheFuture" ||
    (/^(InvalidSignatureException|SignatureDoesNotMatch)$/.test(code) &&
      /signature (expired|not yet current)/i.test(message))
  );
}

function ofProfile(profile: string | undefined): string {
  return profile === undefined ? "" : ` of the profile ${profile}`;
}

function ofName(profile: string | undefined): string {
  return profile === undefined ? "" : ` ${profile}`;
}
