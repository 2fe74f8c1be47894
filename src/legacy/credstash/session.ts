import { type Aws, openAws } from "../../aws/aws.js";
import { boto3Settings } from "../../aws/boto3-settings.js";
import { openTable, type Table } from "../../aws/dynamodb/client.js";
import { type DataKeys, openDataKeys } from "../../aws/kms/data-keys.js";
import { asFailure } from "../credentials/as-failure.js";
import type { ToolWorld } from "../tool-world.js";
import { readKmsRegion } from "./config.js";
import type { Request } from "./grammar.js";
import { openLog } from "./log-file.js";

/** What a command of credstash works with. */
export interface Session {
  readonly world: ToolWorld;
  readonly aws: Aws;
  readonly table: Table;
  /** KMS, in the region that was said or saved for it. Throws `INVALID` where what was saved cannot be read. */
  readonly openKeys: () => DataKeys;
}

/** A command whose arguments are understood and whose input is read; resolves to the exit code. */
export type Run = (session: Session) => Promise<number>;

/** Runs a command where its options lead, and logs how it failed where a log was asked for. */
export async function runInSession(request: Request, world: ToolWorld, run: Run): Promise<number> {
  const log = openLog(request, world.now);
  const close: (() => void)[] = [];
  try {
    return await run(await openSession(request, world, close));
  } catch (error) {
    log(error);
    throw asFailure(error);
  } finally {
    for (const each of close) each();
  }
}

async function openSession(request: Request, world: ToolWorld, close: (() => void)[]): Promise<Session> {
  const asked = {
    region: request.option("region"),
    profile: request.option("profile"),
    roleArn: request.option("arn"),
  };
  const { askMfaCode, onSlow, env } = world;
  const aws = await openAws({ ...boto3Settings(asked, env), askMfaCode, onSlow });
  const table = openTable(aws, request.option("table") ?? env.CREDSTASH_DEFAULT_TABLE ?? "credential-store");
  close.push(() => table.close());
  const openKeys = (): DataKeys => {
    const region = request.option("kms-region") || readKmsRegion(env);
    const keys = openDataKeys(region === undefined ? aws : { ...aws, region });
    close.push(() => keys.close());
    return keys;
  };
  return { world, aws, table, openKeys };
}
