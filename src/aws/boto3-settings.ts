import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AwsSettings } from "./settings.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** What tools that stand on boto3 are told on their command lines. */
export interface Boto3Options {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  /** The role to assume, with the credentials that are found otherwise. */
  readonly roleArn?: string | undefined;
}

/** Where such tools go when nothing says where. */
const FALLBACK = "us-east-1";

/**
 * How AWS is reached as boto3 finds it: the region that was said, else AWS_DEFAULT_REGION (AWS_REGION says nothing to it), else the profile's, else us-east-1; the profile that was
 * said, else AWS_DEFAULT_PROFILE, else AWS_PROFILE. https://boto3.amazonaws.com/v1/documentation/api/latest/guide/configuration.html
 */
export function boto3Settings({ region, profile, roleArn }: Boto3Options, env: Environment): AwsSettings {
  const named = profile || env.AWS_DEFAULT_PROFILE || env.AWS_PROFILE || undefined;
  const found = region || env.AWS_DEFAULT_REGION || readRegion(named ?? "default", env) || FALLBACK;
  return {
    env,
    region: found,
    // What only a variable names gives way to an access key in the environment.
    ...(profile ? { profile } : {}),
    ...(roleArn ? { roleArn, roleSessionName: "AssumeRoleCredstashSession1" } : {}),
  };
}

/** The region in a profile of AWS's configuration files; undefined where there is none. */
function readRegion(profile: string, env: Environment): string | undefined {
  const home = env.HOME || env.USERPROFILE;
  if (!home) return undefined;
  const config = env.AWS_CONFIG_FILE || join(home, ".aws", "config");
  const credentials = env.AWS_SHARED_CREDENTIALS_FILE || join(home, ".aws", "credentials");
  return findField(config, profile === "default" ? profile : `profile ${profile}`) ?? findField(credentials, profile);
}

function findField(file: string, section: string): string | undefined {
  let isOurs = false;
  for (const line of readText(file).split(/\r?\n/)) {
    const header = /^\s*\[(.*)\]/.exec(line)?.[1];
    if (header !== undefined) isOurs = header.trim().replace(/\s+/, " ").replace(/["']/g, "") === section;
    const value = isOurs ? /^region\s*=\s*(\S+)/.exec(line)?.[1] : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
