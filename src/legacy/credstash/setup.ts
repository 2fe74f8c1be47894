import { openTables, type TablesClient } from "../../aws/dynamodb/tables.js";
import { saveKmsRegion } from "./config.js";
import { parsePairs } from "./context.js";
import type { Request } from "./grammar.js";
import type { Run } from "./session.js";

/** `credstash setup`: makes the table, and leaves one that is there as it is. */
export function prepareSetup(request: Request): Run {
  const tags = parsePairs(request.values("tags"));
  const region = request.option("save-kms-region");
  return async ({ aws, table: { name }, world: { env, stdout, signal } }) => {
    if (region) {
      saveKmsRegion(env, region);
      await stdout.write(`KMS region set to ${region}\n`);
    }
    const tables = openTables(aws);
    try {
      if ((await isThere(tables, name, signal)) || !(await make(tables, name))) {
        await stdout.write("Credential Store table already exists\n");
        return 0;
      }
      await stdout.write("Waiting for table to be created...\n");
      const arn = await tables.untilActive(name, signal);
      await stdout.write("Adding tags...\n");
      await tables.tag(arn, { Name: "credstash", ...tags }, signal);
      await stdout.write("Table has been created. Go read the README about how to create your KMS key\n");
      return 0;
    } finally {
      tables.close();
    }

    async function make(client: TablesClient, table: string): Promise<boolean> {
      await stdout.write("Creating table...\n");
      return client.create(table, { partition: "name", sort: "version" }, signal);
    }
  };
}

async function isThere(tables: TablesClient, name: string, signal: AbortSignal): Promise<boolean> {
  for await (const each of tables.list(signal)) if (each === name) return true;
  return false;
}
