import { encodeUtf8 } from "../../core/bytes.js";
import type { Aws } from "../aws.js";
import { readJson } from "../direct/answer.js";
import { openDirectClient } from "../direct/client.js";
import type { SsmWire } from "./wire.js";

/** Fifty versions of 8 KiB with every character escaped are the longest page: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Null where there is no direct way to Parameter Store. */
export function openDirectSsm(aws: Aws): SsmWire | null {
  const endpoint = aws.direct?.find("ssm", aws.region) ?? null;
  if (aws.direct == null || endpoint === null) return null;
  const { url } = endpoint;
  const client = openDirectClient("ssm", endpoint, { credentials: aws.direct.credentials, limits: aws.limits });
  return {
    async call(action, input, signal) {
      const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `AmazonSSM.${action}` };
      const body = encodeUtf8(JSON.stringify(input));
      const answer = await client.send({ method: "POST", path: url.pathname, headers, body }, signal);
      return readJson(answer, MAX_ANSWER_BYTES);
    },
    region: async () => endpoint.region,
    close: () => client.close(),
  };
}
