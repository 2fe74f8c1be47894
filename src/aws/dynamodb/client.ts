import { CofferError } from "../../errors.js";
import type { Aws } from "../aws.js";
import { explain } from "../explain.js";
import { describeFailure, remedyFor } from "../failure.js";
import { openLazily } from "../lazy-sdk.js";
import { partitionOf } from "../partition.js";
import { withRetries } from "../retries.js";
import { type DynamoDb, type DynamoDbAction, encodeItem, type Item, parseItem, parseItems } from "./calls.js";
import { openDirectDynamoDb } from "./direct.js";
import { putSettled } from "./put.js";

export type { Item } from "./calls.js";

/** The attributes that make up the key of an item, with their values. */
export type ItemKey = Readonly<Record<string, string>>;

/** What of which items is wanted. */
export interface ItemSelection {
  /** These attributes only; without it all. */
  readonly attributes?: readonly string[];
  /** Sees every write that was answered before; costs twice as much. */
  readonly consistent: boolean;
}

/** A page's worth of order and number. */
export interface QuerySelection extends ItemSelection {
  /** By sort key, the highest first. */
  readonly descending?: boolean;
  /** Only so many. */
  readonly limit?: number;
}

/**
 * What is asked of a table's items. Reads may be repeated, and are. All throw `ACCESS_DENIED` naming action, resource and principal, `NOT_FOUND` where there is no
 * such table, `UNREACHABLE`, `USAGE`, `FAILED` in AWS's own words, and the signal's reason.
 */
export interface Table {
  readonly name: string;
  /** Every item, page after page. */
  scan(selection: ItemSelection, signal?: AbortSignal): AsyncIterable<Item>;
  /** Every item of one partition, in the order of the sort key's bytes. */
  query(partition: ItemKey, selection: QuerySelection, signal?: AbortSignal): AsyncIterable<Item>;
  /** Null where there is none. */
  get(key: ItemKey, selection: ItemSelection, signal?: AbortSignal): Promise<Item | null>;
  /**
   * Puts an item where there is none under its key; `"lost"` where there is one that is another. `attribute` is one that every item has. An answer that
   * was lost is settled by asking again, which says what stands there. Throws `OUTCOME_UNKNOWN` where that cannot be found out.
   */
  putNew(item: Item, attribute: string, signal?: AbortSignal): Promise<"done" | "lost">;
  /** Does nothing where there is none. */
  delete(key: ItemKey, signal?: AbortSignal): Promise<void>;
  close(): void;
}

/** Asked without the SDK where that is possible. Nothing is asked yet. */
export function openTable(aws: Aws, name: string): Table {
  const direct = openDirectDynamoDb(aws);
  const sdk = openLazily(async () => (await import("./sdk.js")).openDynamoDbSdk(aws));
  if (direct === null) sdk.prepare(() => {});
  const client = async (): Promise<DynamoDb> => direct ?? sdk.open();
  const TableName = name;

  async function call(
    action: DynamoDbAction,
    input: Fields,
    signal: AbortSignal | undefined,
    send: (dynamo: DynamoDb) => Promise<Fields> = (dynamo) => dynamo.send(action, { TableName, ...input }, signal),
  ): Promise<Fields> {
    try {
      return await withRetries(aws, signal, async () => send(await client()), remedyFor);
    } catch (error) {
      signal?.throwIfAborted();
      const region = await (await client()).region().catch(() => "*");
      throw explainTable(error, action, name, { ...aws, region });
    }
  }

  async function* pages(
    action: "Scan" | "Query",
    input: Fields,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Item> {
    let from: Fields = {};
    do {
      const { Items, LastEvaluatedKey } = await call(action, { ...input, ...from }, signal);
      yield* parseItems(Items);
      from = LastEvaluatedKey === undefined ? {} : { ExclusiveStartKey: LastEvaluatedKey };
    } while ("ExclusiveStartKey" in from);
  }

  return {
    name,
    scan: (selection, signal) => pages("Scan", selected(selection), signal),
    async *query(partition, { descending = false, limit, ...selection }, signal) {
      const { ExpressionAttributeNames, ...input } = selected(selection);
      const [[attribute, value] = ["", ""]] = Object.entries(partition);
      const found = pages(
        "Query",
        {
          ...input,
          KeyConditionExpression: "#p = :p",
          ExpressionAttributeNames: { ...Object(ExpressionAttributeNames), "#p": attribute },
          ExpressionAttributeValues: { ":p": { S: value } },
          ...(descending ? { ScanIndexForward: false } : {}),
          ...(limit === undefined ? {} : { Limit: limit }),
        },
        signal,
      );
      let left = limit ?? Number.POSITIVE_INFINITY;
      // Nothing more is asked for when there are enough.
      for await (const item of found) {
        yield item;
        left -= 1;
        if (left === 0) return;
      }
    },
    async get(key, selection, signal) {
      const { Item: found } = await call("GetItem", { Key: encodeKey(key), ...selected(selection) }, signal);
      return found === undefined ? null : parseItem(found);
    },
    putNew: (item, attribute, signal) => {
      const input = {
        TableName,
        Item: encodeItem(item),
        ConditionExpression: "attribute_not_exists(#n0)",
        ExpressionAttributeNames: { "#n0": attribute },
      };
      return putSettled(item, input, name, signal, (send) => call("PutItem", {}, signal, send));
    },
    async delete(key, signal) {
      await call("DeleteItem", { Key: encodeKey(key) }, signal);
    },
    close() {
      direct?.close();
      sdk.close();
    },
  };
}

type Fields = Readonly<Record<string, unknown>>;

function selected({ attributes, consistent }: ItemSelection): Fields {
  const names = (attributes ?? []).map((attribute, index) => [`#a${index}`, attribute] as const);
  return {
    ...(consistent ? { ConsistentRead: true } : {}),
    ...(attributes === undefined
      ? {}
      : {
          ProjectionExpression: names.map(([name]) => name).join(", "),
          ExpressionAttributeNames: Object.fromEntries(names),
        }),
  };
}

function encodeKey(key: ItemKey): Fields {
  return encodeItem(new Map(Object.entries(key)));
}

const DOING: Readonly<Record<DynamoDbAction, string>> = {
  Scan: "read",
  Query: "read",
  GetItem: "read",
  PutItem: "write to",
  DeleteItem: "delete from",
};

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
function explainTable(
  error: unknown,
  action: DynamoDbAction,
  name: string,
  aws: Pick<Aws, "profile"> & { readonly region: string },
): unknown {
  const { code } = describeFailure(error);
  if (code === "ResourceNotFoundException") {
    return new CofferError("NOT_FOUND", `there is no table ${name} in ${aws.region}`, {
      hint: "look at its name, at the region and at the account; make it first if it is not there",
      cause: error,
    });
  }
  const resource = `arn:${partitionOf(aws.region)}:dynamodb:${aws.region}:*:table/${name}`;
  return explain(error, { doing: `${DOING[action]} the table ${name}`, action: `dynamodb:${action}`, resource }, aws);
}
