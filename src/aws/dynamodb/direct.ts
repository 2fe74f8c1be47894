import { encodeUtf8 } from "../../core/bytes.js";
import type { Aws } from "../aws.js";
import { readJson } from "../direct/answer.js";
import { openDirectClient } from "../direct/client.js";
import type { DynamoDb } from "./calls.js";

/** A page of DynamoDB holds 1 MiB of items, which in JSON can be several times as much. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** What a table is asked without the SDK, each request sent once. Null where there is no direct way to it. */
export function openDirectDynamoDb(aws: Aws): DynamoDb | null {
  const endpoint = aws.direct?.find("dynamodb", aws.region) ?? null;
  if (aws.direct === null || endpoint === null) return null;
  const client = openDirectClient("dynamodb", endpoint, { credentials: aws.direct.credentials, limits: aws.limits });
  return {
    region: async () => endpoint.region,
    async send(action, input, signal) {
      // https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
      const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": `DynamoDB_20120810.${action}` };
      const body = encodeUtf8(JSON.stringify(writeBytes(input)));
      const request = { method: "POST", path: endpoint.url.pathname, headers, body };
      return readJson(await client.send(request, signal), MAX_ANSWER_BYTES);
    },
    close: () => client.close(),
  };
}

/** Bytes are Base64 in DynamoDB's JSON. (A Buffer would say otherwise of itself before a replacer sees it.) */
function writeBytes(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(writeBytes);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, writeBytes(field)]));
}
