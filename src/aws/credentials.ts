import { fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { findBotoKey } from "./boto.js";
import type { RequestHandlerOptions } from "./network.js";
import { type AwsSettings, findProfile, findRegion } from "./settings.js";

/** What requests are signed with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export type FindCredentials = () => Promise<Credentials>;

const SESSION_NAME = "coffer";

/** Credentials that expire within this time, in ms, are fetched anew: as long as the SDK keeps ahead. */
const AHEAD = 300_000;

/**
 * The SDK's own chain (variables, SSO, profiles with roles and MFA, credential_process, web identity, containers, instances), then boto's file; with these,
 * the role of the settings is assumed. Found once, when first asked for, and again before they expire. Throws the SDK's errors.
 */
export function findCredentialsOnce(settings: AwsSettings, requestHandler: RequestHandlerOptions): FindCredentials {
  const region = findRegion(settings);
  const { askMfaCode, roleArn, roleSessionName = SESSION_NAME, env = process.env } = settings;
  const profile = findProfile(settings);
  const shared = {
    // What the SDK has to say of credentials it would print.
    logger: SILENT,
    clientConfig: { requestHandler, ...(region === undefined ? {} : { region }) },
    ...(askMfaCode === undefined ? {} : { mfaCodeProvider: askMfaCode }),
  };
  const chain = fromNodeProviderChain({ ...shared, ...(profile === undefined ? {} : { profile }) });
  const found: FindCredentials = async () => {
    try {
      return await chain();
    } catch (error) {
      const key = isNothingFound(error) ? await findBotoKey(env, profile) : null;
      if (key !== null) return key;
      throw error;
    }
  };
  if (roleArn === undefined) return keep(found);
  const params = { RoleArn: roleArn, RoleSessionName: roleSessionName };
  return keep(fromTemporaryCredentials({ ...shared, params, masterCredentials: keep(found) }));
}

function keep(find: FindCredentials): FindCredentials {
  let kept: Promise<Credentials> | undefined;
  let until = Number.POSITIVE_INFINITY;
  return () => {
    if (kept !== undefined && until - Date.now() > AHEAD) return kept;
    const finding = find();
    kept = finding;
    until = Number.POSITIVE_INFINITY;
    finding.then(
      ({ expiration }) => {
        if (kept === finding && expiration !== undefined) until = expiration.getTime();
      },
      () => {
        // What failed once may be there the next time: somebody logged in.
        if (kept === finding) kept = undefined;
      },
    );
    return finding;
  };
}

function isNothingFound(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Could not load credentials from any providers");
}

const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
