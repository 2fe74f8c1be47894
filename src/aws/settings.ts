import { CofferError } from "../errors.js";

/** How AWS is reached, as far as the SDK's own variables and files do not say it. */
export interface AwsSettings {
  readonly region?: string;
  /** A profile of AWS's own configuration files. */
  readonly profile?: string;
  /** The role to assume, with the credentials that are found otherwise. */
  readonly roleArn?: string;
  /** What the session of that role is called, in CloudTrail for instance (`coffer`). */
  readonly roleSessionName?: string;
  /** Asks for the code that an MFA device shows, named by its serial number; without it such a profile is refused. */
  readonly askMfaCode?: (serial: string) => Promise<string>;
  /** Called once, when AWS has been waited for for 2 seconds. */
  readonly onSlow?: () => void;
  readonly limits?: Partial<AwsLimits>;
  /** The variables (this process's); the SDK itself always reads this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** How long to wait, in ms. */
export interface AwsLimits {
  /** For a connection to be made (5,000). */
  readonly connect: number;
  /** While nothing comes or goes on a connection that is waited for (10,000). */
  readonly silence: number;
  /** For a read or a call of KMS with all its repetitions, where the caller's signal does not end it before (20,000). */
  readonly total: number;
  /** The first wait between two tries; it doubles from try to try (50). */
  readonly pause: number;
}

const LIMITS: AwsLimits = { connect: 5_000, silence: 10_000, total: 20_000, pause: 50 };

export function limitsOf({ limits }: AwsSettings): AwsLimits {
  return { ...LIMITS, ...limits };
}

/**
 * The region that was said: by a setting, else AWS_REGION, else AWS_DEFAULT_REGION, which the SDK does not read. Undefined: the SDK looks in its profile.
 * Throws `USAGE` for what can be no region: it becomes a part of host names.
 */
export function findRegion({ region, env = process.env }: AwsSettings): string | undefined {
  const found = region || env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined;
  if (found === undefined || /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(found)) return found;
  throw new CofferError("USAGE", "the region is no AWS region", { hint: "for instance --region eu-central-1" });
}

/**
 * The profile that was said: by a setting, else AWS_PROFILE (which the SDK reads itself), else AWS_DEFAULT_PROFILE (which it does not). As in the AWS CLI, a profile that
 * only AWS_DEFAULT_PROFILE names gives way to an access key in the environment.
 */
export function findProfile({ profile, env = process.env }: AwsSettings): string | undefined {
  if (profile) return profile;
  if (env.AWS_PROFILE) return env.AWS_PROFILE;
  const hasKey = Boolean(env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY);
  return hasKey ? undefined : env.AWS_DEFAULT_PROFILE || undefined;
}
