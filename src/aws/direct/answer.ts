import type { IncomingMessage } from "node:http";
import { decodeUtf8 } from "../../core/bytes.js";

/** No answer that is read as a whole is longer, in bytes: an error, or what KMS says. */
const MAX_BYTES = 65_536;

/** An error that AWS answered, in the form of the SDK's. */
export class AnsweredError extends Error {
  readonly $metadata: { readonly httpStatusCode: number };
  readonly $response: { readonly headers: IncomingMessage["headers"] };
  readonly Region: string | undefined;
  /** What DynamoDB says stood in the way of a put. */
  readonly Item: unknown;

  constructor(
    { statusCode = 0, headers }: IncomingMessage,
    said: Readonly<Record<"code" | "message" | "region", string | undefined> & { item?: unknown }>,
  ) {
    super(said.message || "UnknownError");
    this.name = said.code || "UnknownError";
    this.$metadata = { httpStatusCode: statusCode };
    this.$response = { headers };
    this.Region = said.region;
    this.Item = said.item;
  }
}

/** The bytes of an answer. Throws `SyntaxError` for more of them than there may be. */
export async function readAnswer(answer: AsyncIterable<Uint8Array>, most: number = MAX_BYTES): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer) {
    length += chunk.byteLength;
    if (length > most) throw new SyntaxError("an answer that is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The error in an answer of S3: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export async function readXmlError(answer: IncomingMessage): Promise<AnsweredError> {
  const xml = Buffer.from(await readAnswer(answer)).toString("utf8");
  const field = (name: string): string | undefined => readXmlField(xml, name);
  return new AnsweredError(answer, { code: field("Code"), message: field("Message"), region: field("Region") });
}

/** The text of the first element of a name that holds nothing but text. */
export function readXmlField(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => ENTITIES[entity] ?? "");
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

/** The fields of an answer in JSON, or the error in it thrown: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export async function readJson(
  answer: IncomingMessage,
  most: number = MAX_BYTES,
): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readAnswer(answer, most);
  const isDone = answer.statusCode === 200;
  const fields = parseFields(bytes);
  if (isDone && fields !== null) return fields;
  // What stands there may be a data key, so no parser's words of it.
  if (isDone) throw new SyntaxError("an answer that is no JSON");
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const { __type, message, Message, Item: item } = fields ?? {};
  const code = text(answer.headers["x-amzn-errortype"]) ?? text(__type);
  // `com.amazonaws.kms#NotFoundException:http://…`, of which the middle counts.
  const bare = code?.replace(/:.*$/, "").replace(/^.*#/, "");
  throw new AnsweredError(answer, { code: bare, message: text(message) ?? text(Message), region: undefined, item });
}

function parseFields(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(decodeUtf8(bytes) ?? "");
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : null;
  } catch {
    return null;
  }
}
