import { decodeUtf8 } from "../../core/bytes.js";
import { joinPath } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import type { RunHelper } from "./helper-desk.js";

/** Below which the namespaces of access keys are, unless another is said. */
const BASE = "aws";
const REQUIRED = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
const TOKEN = "AWS_SESSION_TOKEN";
/** Set for whoever we start: our own store may be on AWS, with a profile that asks us again. */
const GUARD = "COFFER_IN_CREDENTIAL_PROCESS";

/**
 * `aws-credential-process NAME`: what AWS's command line and SDKs call as `credential_process`. The namespace `aws/NAME` holds AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY
 * and, where there is one, AWS_SESSION_TOKEN, whose expiry is that of all. https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 */
export const awsCredentialProcess: RunHelper = async (args, { world, namespace: base = BASE, useStore }) => {
  const [name, ...more] = args;
  if (name === undefined || more.length > 0) throw new CofferError("USAGE", "aws-credential-process takes one name");
  if (world.env[GUARD] !== undefined) throw turnsInCircles();
  process.env[GUARD] = "1";
  const namespace = joinPath(base, name);
  const secrets = await useStore(async (store, call) => {
    const { secrets: all } = await store.readAll({ namespace }, call());
    return new Map(all.map((secret) => [secret.name, secret]));
  });
  const missing = REQUIRED.filter((each) => !secrets.has(each));
  if (missing.length > 0) throw new CofferError("NOT_FOUND", `${namespace}/ has no ${missing.join(" and no ")}`);
  const text = (each: string): string => decodeUtf8(secrets.get(each)?.value.reveal() ?? new Uint8Array()) ?? "";
  const expires = secrets.get(TOKEN)?.expires;
  const credentials = {
    Version: 1,
    AccessKeyId: text("AWS_ACCESS_KEY_ID"),
    SecretAccessKey: text("AWS_SECRET_ACCESS_KEY"),
    ...(secrets.has(TOKEN) ? { SessionToken: text(TOKEN) } : {}),
    ...(expires == null ? {} : { Expiration: expires.toISOString() }),
  };
  await world.stdout.write(`${JSON.stringify(credentials)}\n`);
  return 0;
};

function turnsInCircles(): CofferError {
  return new CofferError("USAGE", "aws-credential-process was asked for the credentials of its own store", {
    hint: "give the helper a profile whose store needs none of these: profile in [helper.aws], or AWS_PROFILE",
  });
}
