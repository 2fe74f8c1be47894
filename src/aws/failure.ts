import type { Remedy } from "./retries.js";

/** What a failed call came to. */
export interface AwsFailure {
  /** The HTTP status of the answer, or null where there was none. */
  readonly status: number | null;
  /** AWS's name of the error (`AccessDenied`), Node's code (`ECONNRESET`), or the class of the SDK's error. */
  readonly code: string;
  readonly message: string;
  /** Where AWS says that the bucket is, if it says so. */
  readonly region: string | undefined;
}

/** Nothing could have been asked, since there was no connection. */
const NO_CONNECTION = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENETDOWN",
];

const THROTTLED = [
  "ThrottlingException",
  "Throttling",
  "TooManyRequestsException",
  "RequestLimitExceeded",
  "SlowDown",
  "LimitExceededException",
  "TooManyUpdates",
  "ProvisionedThroughputExceededException",
];

/** Answered with a 4xx status, and yet worth another try: something went wrong on the way, or will have passed. */
const PASSING = [
  "RequestTimeout",
  "RequestTimeoutException",
  "BadDigest",
  "InvalidDigest",
  "IncompleteBody",
  "XAmzContentSHA256Mismatch",
  "XAmzContentChecksumMismatch",
  "OperationAborted",
  "IDPCommunicationError",
  "KeyUnavailableException",
  "DependencyTimeoutException",
];

/** Reads what the SDK throws. */
export function describeFailure(error: unknown): AwsFailure {
  const { $metadata, $response, code, name, message, Code, Region } = fieldsOf(error);
  const { httpStatusCode } = fieldsOf($metadata);
  const { statusCode, headers } = fieldsOf($response);
  const status = numberOr(httpStatusCode) ?? numberOr(statusCode);
  const named = status === null ? (textOr(code) ?? textOr(name)) : (textOr(name) ?? textOr(Code));
  return {
    status,
    code: named ?? "Error",
    message: textOr(message) ?? "",
    region: textOr(fieldsOf(headers)["x-amz-bucket-region"]) ?? textOr(Region),
  };
}

/** True where it is not known whether AWS did what was asked: no answer, one that could not be read, or one that says so. */
export function isUnsettled(failure: AwsFailure): boolean {
  const { status, code } = failure;
  if (status === null) return !isLocal(failure) && !isUntrusted(failure);
  // An answer that makes no sense has status 200.
  return (
    status < 300 || status >= 500 || status === 408 || status === 429 || isThrottled(code) || PASSING.includes(code)
  );
}

/** True for a failure after which nothing surely has happened: there was no connection, or AWS wants fewer requests. */
export function isUndone({ code, status }: AwsFailure): boolean {
  return NO_CONNECTION.includes(code) || isThrottled(code) || status === 429;
}

/** What to do about a failed read, or a call that may be repeated. */
export function remedyFor(error: unknown, attempts: number): Remedy {
  const failure = describeFailure(error);
  if (isThrottled(failure.code) || failure.status === 429 || failure.status === 503) return "slower";
  // Who is not there now will hardly be in ten seconds, and a mistyped address should not take that long.
  if (NO_CONNECTION.includes(failure.code)) return attempts < 4 ? "again" : "end";
  if (failure.status === null && !/^E[A-Z_]+$|^TimeoutError$|^SyntaxError$/.test(failure.code)) return "end";
  return isUnsettled(failure) ? "again" : "end";
}

/** True where AWS refuses who asks: for want of a right, unless it is about who that is (`explainIdentity`). */
export function isDenied({ status, code }: AwsFailure): boolean {
  return (
    /^Access ?Denied|AccessDeniedException|AllAccessDisabled|^Forbidden|^UnauthorizedAccess/.test(code) ||
    status === 401 ||
    status === 403
  );
}

/** True for what never left this machine: credentials or settings that are missing or cannot be. */
export function isLocal({ status, code, message }: AwsFailure): boolean {
  if (status !== null) return false;
  return (
    /Provider.*Error$|^EndpointError$|^ERR_INVALID_URL$/.test(code) || /^Region (is missing|not accepted)/.test(message)
  );
}

/** True where the other side of the connection could not show who it is, so that nothing was asked. */
export function isUntrusted({ status, code }: AwsFailure): boolean {
  return status === null && /CERT|^UNABLE_TO_|^ERR_TLS_/.test(code);
}

function isThrottled(code: string): boolean {
  return THROTTLED.includes(code);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  // Whatever it is, reading a field of it does not fail.
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function textOr(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function numberOr(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
