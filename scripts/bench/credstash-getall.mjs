// `coffer as credstash getall` beside credstash itself, from PyPI, on the same secrets of the same emulator, in turns.
import { BatchWriteItemCommand, DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateAliasCommand } from "@aws-sdk/client-kms";
import { loadTests } from "../load-cloud.mjs";
import { COUNTS, DELAYS, inTurns, renderGetall } from "./getall.mjs";
import { startOnce } from "./processes.mjs";

/** How many times faster `getall` of 100 secrets is to be with 20 ms a request. */
const TARGET = 2;
/** What one request of DynamoDB may write. */
const AT_ONCE = 25;

/** The figures; null where credstash cannot be had, which is said. */
export async function measureCredstashGetall(cloud, { root, coffer, folder, outside, key }) {
  const { original, python } = await loadTests(root, { original: "test/legacy/original.ts", python: "test/python.ts" });
  const program = python.findPython({ ...original.CREDSTASH, tests: "the comparison with credstash" }, outside);
  if (program === null) return null;
  const TargetKeyId = key.replace(/^.*\//, "");
  // It is there already where credstash was measured in other ways.
  await cloud.kms.send(new CreateAliasCommand({ AliasName: "alias/credstash", TargetKeyId })).catch(() => {});
  const { AWS_REGION: AWS_DEFAULT_REGION, ...env } = cloud.env;
  const around = {
    env: { ...env, AWS_DEFAULT_REGION, PATH: process.env.PATH ?? "", HOME: folder },
    folder,
    cwd: folder,
  };
  const shim = `${original.shim("credstash")}; tool.main()`;
  const tools = {
    "coffer as credstash": (...args) => startOnce(process.execPath, [coffer, "as", "credstash", ...args], around),
    "credstash 1.17.1": (...args) => startOnce(program, ["-c", shim, ...args], around),
  };
  const dynamo = new DynamoDBClient({ region: AWS_DEFAULT_REGION, endpoint: cloud.proxy.url });
  const measured = [];
  for (const [count, runs] of COUNTS) {
    const table = `of-${count}`;
    await fill(dynamo, tools["coffer as credstash"], table, count);
    for (const delay of DELAYS) {
      measured.push(...(await inTurns(cloud, tools, { count, delay, runs, args: ["-t", table, "getall"] })));
    }
  }
  dynamo.destroy();
  return measured;
}

/** A table with so many secrets of one value. */
async function fill(dynamo, start, TableName, count) {
  await start("-t", TableName, "setup");
  await start("-t", TableName, "put", "app.secret0", "a value of ordinary length");
  const Key = { name: { S: "app.secret0" }, version: { S: "1".padStart(19, "0") } };
  const { Item } = await dynamo.send(new GetItemCommand({ TableName, Key }));
  const items = Array.from({ length: count }, (_, index) => ({ ...Item, name: { S: `app.secret${index}` } }));
  for (let begin = 0; begin < count; begin += AT_ONCE) {
    const puts = items.slice(begin, begin + AT_ONCE).map((each) => ({ PutRequest: { Item: each } }));
    await dynamo.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } }));
  }
}

/** What was measured, as text. */
export function renderCredstashGetall(measured) {
  return renderGetall("credstash", measured, TARGET);
}
