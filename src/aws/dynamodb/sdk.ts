import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { type Aws, clientConfig, makeQuietly } from "../aws.js";
import type { DynamoDb, DynamoDbAction } from "./calls.js";

/** All of it by the SDK; each request is sent once. */
export function openDynamoDbSdk(aws: Aws): DynamoDb {
  const network = aws.newNetwork();
  const client = makeQuietly(() => new DynamoDBClient(clientConfig(aws, network)));
  return {
    region: () => client.config.region(),
    async send(action, input, signal) {
      const command = COMMANDS[action](input);
      return { ...(await client.send(command, signal === undefined ? {} : { abortSignal: signal })) };
    },
    close() {
      client.destroy();
      network.close();
    },
  };
}

// Each takes what the API of its name takes, and so do those who call it; the client that is sent to is the same for all.
const COMMANDS = {
  Scan: (input) => new ScanCommand(input as never) as never,
  Query: (input) => new QueryCommand(input as never) as never,
  GetItem: (input) => new GetItemCommand(input as never) as never,
  PutItem: (input) => new PutItemCommand(input as never) as never,
  DeleteItem: (input) => new DeleteItemCommand(input as never) as never,
} as const satisfies Readonly<Record<DynamoDbAction, (input: Readonly<Record<string, unknown>>) => never>>;
