import { type Aws, openAws } from "../../aws/aws.js";
import { boto3Settings } from "../../aws/boto3-settings.js";
import { openDataKeys } from "../../aws/kms/data-keys.js";
import { openBucketAnywhere } from "../../aws/s3/bucket-anywhere.js";
import { asFailure } from "../credentials/as-failure.js";
import type { ToolWorld } from "../tool-world.js";
import type { Request } from "./grammar.js";
import { parseLocation } from "./location.js";
import type { Shelf } from "./shelf.js";

/** What a command of creds3 works with. */
export interface Session {
  readonly world: ToolWorld;
  readonly aws: Aws;
  /** As it was named, for messages. */
  readonly location: string;
  readonly bucket: string;
  readonly shelf: Shelf;
}

/** A command whose arguments are understood and whose input is read; resolves to the exit code. */
export type Run = (session: Session) => Promise<number>;

/** Runs a command where its options lead. Who is asking is asked of AWS only where no location was given. */
export async function runInSession(request: Request, world: ToolWorld, run: Run): Promise<number> {
  const profile = request.option("profile");
  const asked = { region: request.option("region"), profile, roleArn: request.option("arn") };
  const { askMfaCode, onSlow } = world;
  let shelf: Shelf | undefined;
  try {
    const aws = await openAws({ ...boto3Settings(asked, world.env), askMfaCode, onSlow });
    const location = request.option("location") || `credential-store-${await findAccount(aws, world.signal)}`;
    const { bucket, prefix } = parseLocation(location);
    shelf = { objects: openBucketAnywhere(aws, bucket), keys: openDataKeys(aws), prefix };
    return await run({ world, aws, location, bucket, shelf });
  } catch (error) {
    throw asFailure(error);
  } finally {
    shelf?.objects.close();
    shelf?.keys.close();
  }
}

async function findAccount(aws: Aws, signal: AbortSignal): Promise<string> {
  const { findCallerIdentity } = await import("../../aws/sts-client.js");
  return (await findCallerIdentity(aws, signal)).account;
}
