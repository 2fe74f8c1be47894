import { setTimeout as wait } from "node:timers/promises";
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  TagResourceCommand,
} from "@aws-sdk/client-dynamodb";
import { CofferError } from "../../errors.js";
import { type Aws, clientConfig, makeQuietly } from "../aws.js";
import { explain } from "../explain.js";
import { describeFailure, remedyFor } from "../failure.js";
import { partitionOf } from "../partition.js";
import { withRetries } from "../retries.js";

/** What is asked of tables as a whole and said to them. All throw `ACCESS_DENIED` naming the right that is missing, `UNREACHABLE`, `USAGE`. */
export interface TablesClient {
  /** The names of all tables, page after page. */
  list(signal?: AbortSignal): AsyncIterable<string>;
  /** Makes a table with a text for each half of its key; false where it is there. It takes a while until it can be used. */
  create(
    name: string,
    key: { readonly partition: string; readonly sort: string },
    signal?: AbortSignal,
  ): Promise<boolean>;
  /** Its ARN, as soon as it can be used. Throws `UNREACHABLE` where that takes more than some minutes. */
  untilActive(name: string, signal?: AbortSignal): Promise<string>;
  tag(arn: string, tags: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<void>;
  close(): void;
}

/** How often it is asked whether a table can be used, in ms, and how often at most. */
const PAUSE = 1_000;
const MAX_LOOKS = 300;

export function openTables(aws: Aws): TablesClient {
  const network = aws.newNetwork();
  const client = makeQuietly(() => new DynamoDBClient(clientConfig(aws, network)));

  async function call<T>(
    action: string,
    table: string,
    signal: AbortSignal | undefined,
    send: (options: { abortSignal?: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    try {
      const options = signal === undefined ? {} : { abortSignal: signal };
      return await withRetries(aws, signal, () => send(options), remedyFor);
    } catch (error) {
      signal?.throwIfAborted();
      const region = await client.config.region().catch(() => "*");
      const resource = `arn:${partitionOf(region)}:dynamodb:${region}:*:table/${table}`;
      const doing = `${DOING[action] ?? "look at"} ${table === "*" ? "tables" : `the table ${table}`}`;
      throw explain(error, { doing, action: `dynamodb:${action}`, resource }, aws);
    }
  }

  return {
    async *list(signal) {
      let from: string | undefined;
      do {
        const page = from === undefined ? {} : { ExclusiveStartTableName: from };
        const answer = await call("ListTables", "*", signal, (options) =>
          client.send(new ListTablesCommand(page), options),
        );
        yield* answer.TableNames ?? [];
        from = answer.LastEvaluatedTableName;
      } while (from !== undefined);
    },
    create: (name, { partition, sort }, signal) =>
      call("CreateTable", name, signal, async (options) => {
        try {
          await client.send(new CreateTableCommand(describeNew(name, partition, sort)), options);
          return true;
        } catch (error) {
          // Ours too, after an answer that was lost.
          if (describeFailure(error).code === "ResourceInUseException") return false;
          throw error;
        }
      }),
    async untilActive(name, signal) {
      for (let looks = 0; looks < MAX_LOOKS; looks++) {
        const { Table: table } = await call("DescribeTable", name, signal, (options) =>
          describe(client, name, options),
        );
        if (table?.TableStatus === "ACTIVE" && table.TableArn !== undefined) return table.TableArn;
        await wait(PAUSE, undefined, signal === undefined ? {} : { signal });
      }
      throw new CofferError("UNREACHABLE", `the table ${name} was made, and cannot be used yet`, {
        hint: "look at it in some minutes",
      });
    },
    async tag(ResourceArn, tags, signal) {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const name = ResourceArn.replace(/^.*\//, "");
      await call("TagResource", name, signal, (options) =>
        client.send(new TagResourceCommand({ ResourceArn, Tags }), options),
      );
    },
    close() {
      client.destroy();
      network.close();
    },
  };
}

const DOING: Readonly<Record<string, string>> = { CreateTable: "make", TagResource: "tag", ListTables: "list" };

/** A table that was just made is not known everywhere yet. */
async function describe(
  client: DynamoDBClient,
  TableName: string,
  options: { abortSignal?: AbortSignal },
): Promise<{ Table?: { TableStatus?: string | undefined; TableArn?: string | undefined } | undefined }> {
  try {
    return await client.send(new DescribeTableCommand({ TableName }), options);
  } catch (error) {
    if (describeFailure(error).code === "ResourceNotFoundException") return {};
    throw error;
  }
}

/** As small as a table can be that is paid for by the hour: one read and one write a second. */
function describeNew(name: string, partition: string, sort: string): CreateTableCommand["input"] {
  return {
    TableName: name,
    KeySchema: [
      { AttributeName: partition, KeyType: "HASH" },
      { AttributeName: sort, KeyType: "RANGE" },
    ],
    AttributeDefinitions: [
      { AttributeName: partition, AttributeType: "S" },
      { AttributeName: sort, AttributeType: "S" },
    ],
    ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
  };
}
