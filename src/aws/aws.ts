import type { Credentials, FindCredentials } from "./credentials.js";
import { type DirectWay, findDirectWay } from "./direct/way.js";
import { type Network, openNetwork } from "./network.js";
import { type AwsLimits, type AwsSettings, findProfile, findRegion, limitsOf } from "./settings.js";
import { type Watch, watchSlowness } from "./slowness.js";

export type { AwsLimits, AwsSettings } from "./settings.js";
export type { Credentials };

/** What all clients of one store and its key share: who asks, and from where. */
export interface Aws {
  /** Undefined: the SDK looks in its profile. */
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly credentials: FindCredentials;
  /** How the most frequent calls are made without the SDK, where that is possible. */
  readonly direct: DirectWay | null;
  readonly limits: AwsLimits;
  readonly watch: Watch;
  readonly newNetwork: () => Network;
}

/** Reads the settings; nothing is asked of AWS before there is a question. Throws `USAGE`. */
export async function openAws(settings: AwsSettings): Promise<Aws> {
  const newNetwork = await openNetwork(settings);
  const direct = findDirectWay(settings);
  return {
    region: findRegion(settings),
    profile: findProfile(settings),
    credentials: direct === null ? findBySdk(settings, newNetwork) : async () => direct.credentials,
    direct,
    limits: limitsOf(settings),
    watch: watchSlowness(settings.onSlow),
    newNetwork,
  };
}

/** The SDK's chain of credentials, which is loaded when it is needed. */
function findBySdk(settings: AwsSettings, newNetwork: () => Network): FindCredentials {
  let loading: Promise<FindCredentials> | undefined;
  return async () => {
    loading ??= import("./credentials.js").then(({ findCredentialsOnce }) =>
      findCredentialsOnce(settings, newNetwork().requestHandler),
    );
    return (await loading)();
  };
}

/** What every client of the SDK is made with. It never repeats a request by itself: that is decided where it is known whether one may be repeated. */
export function clientConfig(
  { region, profile, credentials }: Aws,
  { requestHandler }: Network,
): {
  region?: string;
  profile?: string;
  credentials: FindCredentials;
  requestHandler: Network["requestHandler"];
  maxAttempts: number;
} {
  return {
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    credentials,
    requestHandler,
    maxAttempts: 1,
  };
}

const WARNING = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED";

/**
 * Makes a client without the SDK's warning on Node 20, which it prints when the first is made; `make` must do so at once. The variable is put back: it is none of a child
 * process's business.
 */
export function makeQuietly<Client>(make: () => Client): Client {
  const before = process.env[WARNING];
  process.env[WARNING] = "true";
  try {
    return make();
  } finally {
    if (before === undefined) delete process.env[WARNING];
    else process.env[WARNING] = before;
  }
}
