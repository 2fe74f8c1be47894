import type { AwsRequest } from "./request.js";

/** An answer, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** An error as the service of that request words it: S3 and STS in XML, the others in JSON. */
export function errorAnswer(
  request: Pick<AwsRequest, "service" | "method">,
  status: number,
  code: string,
  message = "",
): Answer {
  const id = "0123456789ABCDEF";
  if (request.service === "s3") {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message><RequestId>${id}</RequestId></Error>`;
    return textAnswer(status, "application/xml", request.method === "HEAD" ? "" : xml, { "x-amz-request-id": id });
  }
  if (request.service === "sts") {
    const xml = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${id}</RequestId></ErrorResponse>`;
    return textAnswer(status, "text/xml", xml, { "x-amzn-requestid": id });
  }
  // DryRun's and KMS's own errors say `message`.
  return textAnswer(status, "application/x-amz-json-1.1", JSON.stringify({ __type: code, message }), {
    "x-amzn-requestid": id,
  });
}

function textAnswer(status: number, type: string, text: string, more: Readonly<Record<string, string>>): Answer {
  const body = Buffer.from(text);
  return { status, headers: { "content-type": type, "content-length": String(body.byteLength), ...more }, body };
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
