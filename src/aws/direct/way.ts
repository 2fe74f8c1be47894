import type { Credentials } from "../credentials.js";
import { hasProxy } from "../no-proxy.js";
import { type AwsSettings, findProfile, findRegion } from "../settings.js";
import { readPlainProfile } from "./plain-profile.js";

/** The services that can be asked without the SDK, as their endpoints call them. */
export type DirectService = "s3" | "kms" | "dynamodb" | "ssm";

/** A place that answers as one of AWS's services. */
export interface Endpoint {
  readonly url: URL;
  /** What requests are signed for. */
  readonly region: string;
  /** True where it is none of AWS's. */
  readonly isForeign: boolean;
}

/**
 * The way to AWS for the few calls that every `get` and `put` makes: our own agent, and the SDK's signer. Loading the whole SDK takes longer than all else that a command does.
 */
export interface DirectWay {
  readonly credentials: Credentials;
  /** Where a service is: in the region that is given, else in the one that the settings say. Null where only the SDK can tell. */
  find(service: DirectService, region: string | undefined): Endpoint | null;
}

/**
 * Variables that we understand, or that change nothing of how these services are asked. With any other of AWS's (FIPS, dualstack, SSO, containers, what will be invented)
 * the SDK finds the way, and so it does with a proxy, certificates of one's own, a role, or a profile that holds more than a key.
 */
const UNDERSTOOD =
  /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|(DEFAULT_)?(REGION|PROFILE)|CONFIG_FILE|SHARED_CREDENTIALS_FILE|ENDPOINT_URL(_[A-Z0-9_]+)?|EC2_METADATA_DISABLED|ACCOUNT_ID|DEFAULT_OUTPUT|PAGER|CLI_\w+|EXECUTION_ENV|LAMBDA_\w+|XRAY_\w+|VAULT)$/;

/** AWS's first partition, whose endpoints have one form: https://docs.aws.amazon.com/general/latest/gr/rande.html */
const REGION = /^(af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-[1-9]$/;

/** The direct way, where nothing is configured that it does not know; else null, and all is the SDK's. Throws `USAGE` for what can be no region. */
export function findDirectWay(settings: AwsSettings): DirectWay | null {
  const { roleArn, env: given = process.env } = settings;
  // As the SDK does, which all must agree with.
  const env = process.env;
  const hasUnknown = Object.keys(env).some((name) => name.startsWith("AWS_") && env[name] && !UNDERSTOOD.test(name));
  if (hasUnknown || roleArn !== undefined || given.AWS_CA_BUNDLE || hasProxy(given)) return null;
  const named = findProfile(settings) || env.AWS_PROFILE || undefined;
  const profile = readPlainProfile(named ?? "default", env);
  if (profile === null) return null;
  const credentials = (named === undefined ? keyOf(env) : undefined) ?? profile.key;
  if (credentials === undefined) return null;
  const usual = findRegion(settings) || env.AWS_REGION || profile.region;
  return { credentials, find: (service, region = usual) => findEndpoint(service, region, env) };
}

function keyOf({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
}: NodeJS.ProcessEnv): Credentials | undefined {
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

function findEndpoint(service: DirectService, region: string | undefined, env: NodeJS.ProcessEnv): Endpoint | null {
  if (region === undefined || !REGION.test(region)) return null;
  const own = env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || env.AWS_ENDPOINT_URL;
  if (!own) return { url: new URL(`https://${service}.${region}.amazonaws.com`), region, isForeign: false };
  const url = URL.canParse(own) ? new URL(own) : null;
  const isPlain =
    url !== null && /^https?:$/.test(url.protocol) && `${url.username}${url.password}${url.search}${url.hash}` === "";
  // An address in brackets, and AWS's own names for other places (VPC endpoints, FIPS), have their own rules.
  if (!isPlain || url.hostname.startsWith("[") || /\.amazonaws\.com(\.cn)?$/.test(url.hostname)) return null;
  return { url, region, isForeign: true };
}
