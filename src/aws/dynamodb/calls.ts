/** An item of a table, by attribute. Texts and bytes are what they are; what else DynamoDB has (numbers, lists, null …) is null. */
export type Item = ReadonlyMap<string, string | Uint8Array | null>;

/** What is asked of DynamoDB, by its names: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html */
export type DynamoDbAction = "Scan" | "Query" | "GetItem" | "PutItem" | "DeleteItem";

type Fields = Readonly<Record<string, unknown>>;

/** The requests that a table's items take, each one sent once, in the form of DynamoDB's JSON; bytes go as bytes. Throws the SDK's errors. */
export interface DynamoDb {
  region(): Promise<string>;
  send(action: DynamoDbAction, input: Fields, signal?: AbortSignal): Promise<Fields>;
  close(): void;
}

/** As DynamoDB writes an item. */
export function encodeItem(item: Item): Fields {
  const entries = [...item].map(([name, value]) => [name, typeof value === "string" ? { S: value } : { B: value }]);
  return Object.fromEntries(entries);
}

/** The items in an answer. */
export function parseItems(items: unknown): Item[] {
  return Array.isArray(items) ? items.map(parseItem) : [];
}

/** Never throws: what is no text and no bytes is null, wherever it came from. */
export function parseItem(item: unknown): Item {
  return new Map(Object.entries(fieldsOf(item)).map(([name, value]) => [name, parseAttribute(value)]));
}

function parseAttribute(attribute: unknown): string | Uint8Array | null {
  const { S: text, B: bytes } = fieldsOf(attribute);
  if (typeof text === "string") return text;
  if (bytes instanceof Uint8Array) return bytes;
  return typeof bytes === "string" ? Buffer.from(bytes, "base64") : null;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
