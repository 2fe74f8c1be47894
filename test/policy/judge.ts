import { runSimulation, type Simulation } from "@cloud-copilot/iam-simulate";

/** A request as IAM sees it: plain data, wherever it comes from. */
export interface AccessRequest {
  /** `s3:GetObject`, `kms:Decrypt` … */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  /** Condition keys and what they are in this request. */
  readonly context: Readonly<Record<string, string | string[]>>;
  readonly principal: string;
}

/** The policies that a request meets: the one of who asks, and the key's own. */
export interface Policies {
  readonly identity?: unknown;
  /** Without it a key's policy leaves everything to its account, as keys that `setup` makes do. */
  readonly key?: unknown;
  /** Without it a bucket has none. */
  readonly bucket?: unknown;
}

/** Who asks, of the account that everything is in. */
export const ACCOUNT = "123456789012";
export const ANN = `arn:aws:iam::${ACCOUNT}:user/ann`;

const DELEGATING = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" }],
};

const EVERYTHING = {
  orgIdentifier: "r-1",
  policies: [
    { name: "all", policy: { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } } },
  ],
};

/** Those of the requests that do not pass. */
export async function findDenied(
  policies: Policies,
  requests: readonly AccessRequest[],
): Promise<readonly AccessRequest[]> {
  const denied: AccessRequest[] = [];
  for (const request of requests) if (!(await isAllowed(policies, request))) denied.push(request);
  return denied;
}

/** True where these policies let a request pass. Throws for what is no policy, or no request that there is. */
export async function isAllowed(
  { identity, key = DELEGATING, bucket }: Policies,
  request: AccessRequest,
): Promise<boolean> {
  const { action, resource, context, principal } = request;
  const own = action.startsWith("kms:") ? key : bucket;
  const simulation: Simulation = {
    request: { principal, action, resource: { resource, accountId: ACCOUNT }, contextVariables: rename(context) },
    identityPolicies: identity === undefined ? [] : [{ name: "identity", policy: rename(identity) }],
    serviceControlPolicies: [EVERYTHING],
    resourceControlPolicies: [],
    ...(own === undefined ? {} : { resourcePolicy: rename(own) }),
  };
  const answer = await runSimulation(simulation, {});
  if (answer.resultType === "error") throw new Error(JSON.stringify(answer.errors));
  return answer.overallResult === "Allowed";
}

/**
 * The same with every `kms:EncryptionContext:KEY` under a name that the simulator leaves alone: what stands behind a colon in it, it does not find in the request.
 * Tags of requests are looked up in the same way, in any case of their letters.
 */
function rename<T>(document: T): T {
  const text = JSON.stringify(document).replaceAll("kms:EncryptionContext:", "aws:RequestTag/kms-");
  return JSON.parse(text) as T; // The same document, but for the names of some fields.
}
