import type { IncomingMessage } from "node:http";

/** A request to AWS, as it is seen at the wire. */
export interface AwsRequest {
  /** `s3`, `kms`, `sts` …: what the signature was made for. */
  readonly service: string;
  /** The API's name of what is asked: `GetObject`, `Decrypt`, `AssumeRole`. */
  readonly action: string;
  /** `bucket/key`, `bucket`, a KMS key as it was named, or a table; empty where there is none. */
  readonly resource: string;
  /** How many requests of this action on this resource went before. */
  readonly index: number;
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** What a request asks for, from its signature, its target and its body. */
export function describeRequest(
  { method = "", url = "", headers }: IncomingMessage,
  body: Buffer,
): Omit<AwsRequest, "index"> {
  const service = serviceOf(headers);
  const { action, resource } = service === "s3" ? describeS3(method, url) : describeOther(headers, body);
  return { service, action, resource, method, target: url, headers, body };
}

/** True for what changes nothing that is stored. KMS keeps nothing but its keys, and those change in tests alone. */
export function isRead({ service, action, method }: Pick<AwsRequest, "service" | "action" | "method">): boolean {
  if (service === "dynamodb") return !/^(Put|Delete|Update)Item$/.test(action);
  return service !== "s3" || method === "GET" || method === "HEAD";
}

function serviceOf(headers: IncomingMessage["headers"]): string {
  return /Credential=[^/]+\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/.exec(headers.authorization ?? "")?.[1] ?? "";
}

function describeS3(method: string, url: string): { action: string; resource: string } {
  const [path = "", query = ""] = url.split("?", 2);
  const resource = decodeURIComponent(path.slice(1)).replace(/\/$/, "");
  const parameters = new URLSearchParams(query);
  const onObject = path.slice(1).replace(/\/$/, "").includes("/");
  const subresource = [...parameters.keys()].find(
    (name) => !/^(x-id|list-type|prefix|delimiter|encoding-type)$/.test(name),
  );
  return { action: actionOf(method, onObject, parameters, subresource), resource };
}

function actionOf(method: string, onObject: boolean, query: URLSearchParams, subresource: string | undefined): string {
  const named = query.get("x-id");
  if (named !== null) return named;
  if (query.has("list-type")) return "ListObjectsV2";
  const verb = { GET: "Get", HEAD: "Head", PUT: "Put", DELETE: "Delete", POST: "Post" }[method] ?? method;
  if (onObject) return `${verb}Object`;
  return method === "PUT" && subresource === undefined ? "CreateBucket" : `${verb}Bucket${subresource ?? ""}`;
}

function describeOther(headers: IncomingMessage["headers"], body: Buffer): { action: string; resource: string } {
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    const input = parseJson(body);
    const resource = textField(input, "KeyId") ?? textField(input, "TableName") ?? "";
    return { action: target.slice(target.lastIndexOf(".") + 1), resource };
  }
  return { action: new URLSearchParams(body.toString("utf8")).get("Action") ?? "", resource: "" };
}

/** A JSON object, or an empty one for anything else. */
export function parseJson(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    return typeof parsed === "object" && parsed !== null ? Object.fromEntries(Object.entries(parsed)) : {};
  } catch {
    return {};
  }
}

export function textField(object: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = object[name];
  return typeof value === "string" ? value : undefined;
}
