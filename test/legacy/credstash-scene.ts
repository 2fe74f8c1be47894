import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { CreateAliasCommand, CreateKeyCommand, EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { type Aws, makeQuietly, openAws } from "../../src/aws/aws.js";
import type { SecretStore } from "../../src/core/secret-store.js";
import { runCredstash } from "../../src/legacy/credstash/cli.js";
import { openCredstashStore } from "../../src/legacy/credstash/store.js";
import { type Cloud, QUICK, type Way } from "../aws/cloud.js";
import { runTool, type ToolCircumstances, type ToolResult } from "./tool-desk.js";

export const REGION = "us-east-1";

/** An item in DynamoDB's own JSON, in which bytes are Base64. */
export type WireItem = Readonly<Record<string, { readonly S?: string; readonly B?: string; readonly N?: string }>>;

/** Files that the recorded commands read. */
const FILES: Readonly<Record<string, string | Uint8Array>> = {
  "plain.txt": "from file\n",
  "crlf.txt": "a\r\nb\rc\n",
  "bin.dat": Uint8Array.of(0xff, 0xfe, 0, 1),
  "creds.json": '{"fa":"1","fb":"2"}',
};

/** An account in us-east-1, and a folder with the recorded files to work in, which is the home, too. */
export interface CredstashScene {
  readonly folder: string;
  run(args: readonly string[], circumstances?: ToolCircumstances): Promise<ToolResult>;
  /** Runs a command, which must succeed, and gives what it printed. */
  must(...args: readonly string[]): Promise<string>;
  /** Makes a table as `credstash setup` does; its name. */
  newTable(): Promise<string>;
  /** Puts items behind everybody's back. */
  put(table: string, ...items: readonly WireItem[]): Promise<void>;
  /** Every item of a table, as it is stored. */
  items(table: string): Promise<WireItem[]>;
  /** A key's ARN. */
  newKey(...aliases: readonly string[]): Promise<string>;
  /** A data key of one's own choosing, wrapped: in Base64. */
  wrap(key: string, dataKey: Uint8Array, context: Readonly<Record<string, string>>): Promise<string>;
  aws(way?: Way): Promise<Aws>;
  open(table: string, way?: Way): Promise<SecretStore>;
  close(): void;
}

/** From here on this process is in that folder, and its region is us-east-1 by AWS_DEFAULT_REGION alone. */
export function openCredstashScene({ proxy }: Cloud): CredstashScene {
  const before = { cwd: process.cwd(), home: process.env.HOME };
  const folder = mkdtempSync(join(tmpdir(), "coffer-credstash-"));
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, name), content);
  process.chdir(folder);
  process.env.HOME = folder;
  delete process.env.AWS_REGION;
  process.env.AWS_DEFAULT_REGION = REGION;
  const owner = { region: REGION, endpoint: proxy.url };
  const [kms, dynamo] = makeQuietly(() => [new KMSClient(owner), new DynamoDBClient(owner)] as const);
  let tables = 0;
  const run: CredstashScene["run"] = (args, circumstances) => runTool(runCredstash, args, circumstances);
  const aws = async (way: Way = "direct"): Promise<Aws> => {
    const opened = await openAws({ region: REGION, limits: QUICK });
    if (opened.direct === null) throw new Error("nothing here should stand in the direct way");
    return way === "direct" ? opened : { ...opened, direct: null };
  };
  return {
    folder,
    run,
    aws,
    async must(...args) {
      const { code, stdout, stderr } = await run(args);
      if (code !== 0) throw new Error(`credstash ${args.join(" ")}: ${code} ${stderr}`);
      return stdout;
    },
    async newTable() {
      tables += 1;
      const TableName = `credentials-${tables}`;
      await dynamo.send(new CreateTableCommand({ TableName, ...SCHEMA }));
      return TableName;
    },
    async put(table, ...items) {
      for (let start = 0; start < items.length; start += 25) {
        const puts = items.slice(start, start + 25).map((item) => {
          const Item = Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attributeOf(value)]));
          return { PutRequest: { Item } };
        });
        await dynamo.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
      }
    },
    async items(TableName) {
      const { Items = [] } = await dynamo.send(new ScanCommand({ TableName }));
      return Items.map((item) =>
        Object.fromEntries(
          Object.entries(item).map(([name, { S, B }]) => [
            name,
            B === undefined ? { S: S ?? "" } : { B: Buffer.from(B).toString("base64") },
          ]),
        ),
      );
    },
    async newKey(...aliases) {
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
      for (const AliasName of aliases) {
        await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyMetadata?.KeyId }));
      }
      return KeyMetadata?.Arn ?? "";
    },
    async wrap(KeyId, Plaintext, context) {
      const { CiphertextBlob = new Uint8Array() } = await kms.send(
        new EncryptCommand({ KeyId, Plaintext, EncryptionContext: { ...context } }),
      );
      return Buffer.from(CiphertextBlob).toString("base64");
    },
    open: async (table, way) => openCredstashStore(`credstash://${table}`, await aws(way)),
    close() {
      kms.destroy();
      dynamo.destroy();
      process.chdir(before.cwd);
      process.env.HOME = before.home;
      rmSync(folder, { recursive: true });
    },
  };
}

const SCHEMA = {
  KeySchema: [
    { AttributeName: "name", KeyType: "HASH" },
    { AttributeName: "version", KeyType: "RANGE" },
  ],
  AttributeDefinitions: [
    { AttributeName: "name", AttributeType: "S" },
    { AttributeName: "version", AttributeType: "S" },
  ],
  ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
} as const satisfies Partial<CreateTableCommand["input"]>;

function attributeOf({ S, B, N = "0" }: WireItem[string]): { S: string } | { B: Uint8Array } | { N: string } {
  if (S !== undefined) return { S };
  return B === undefined ? { N } : { B: Buffer.from(B, "base64") };
}
