import type { ClientRequest, Agent as HttpAgent, IncomingMessage } from "node:http";
import { request as requestPlain } from "node:http";
import type { Credentials } from "../credentials.js";
import type { AwsLimits } from "../settings.js";
import { type PreparedAgent, prepareHttp, prepareHttps } from "./prepared-agent.js";
import { escapeUri, openSigner, type Unsigned } from "./signer.js";
import type { Endpoint } from "./way.js";

/** Who asks, and how long. */
export interface DirectOptions {
  readonly credentials: Credentials;
  readonly limits: AwsLimits;
}

/** One service, asked without the SDK. Its connections are kept, and end with it. */
export interface DirectClient {
  /** Sends a request once. The answer has any status; its body is still to come. Throws Node's errors, `TimeoutError` among them. */
  send(request: Omit<Unsigned, "url">, signal: AbortSignal | undefined): Promise<IncomingMessage>;
  /** Begins to connect. */
  prepare(): void;
  close(): void;
}

/** `url` is where requests go; the endpoint says how they are signed. */
export function openDirectClient(
  service: string,
  { url, region }: Pick<Endpoint, "url" | "region">,
  { credentials, limits }: DirectOptions,
): DirectClient {
  const isSecure = url.protocol === "https:";
  const prepared: PreparedAgent = isSecure ? prepareHttps({}) : prepareHttp();
  const request = isSecure ? process.getBuiltinModule("node:https").request : requestPlain;
  const sign = openSigner(service, region, credentials);
  const peer = { host: url.hostname, port: Number(url.port) || (isSecure ? 443 : 80) };
  return {
    async send({ method, path, query, headers, body }, signal) {
      const length = body === undefined ? {} : { "content-length": String(body.byteLength) };
      const described = { ...headers, ...length, "user-agent": "coffer" };
      const asked = query === undefined ? {} : { query };
      const signed = await sign({
        method,
        url,
        path,
        ...asked,
        headers: described,
        ...(body === undefined ? {} : { body }),
      });
      const { host, port } = peer;
      // Either kind goes with the function that it was made for.
      const agent = prepared.agent as HttpAgent;
      const stop = signal === undefined ? {} : { signal };
      const target = `${path}${writeQuery(query)}`;
      const options = { method, path: target, host, port, agent, headers: signed, timeout: limits.silence, ...stop };
      return answerTo(request(options), body, limits);
    },
    prepare: () => prepared.prepare(peer),
    close: () => prepared.agent.destroy(),
  };
}

/** Encoded as the signer does it: RFC 3986 section 2.3. */
function writeQuery(query: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(query ?? {}).map(([name, value]) => `${escapeUri(name)}=${escapeUri(value)}`);
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function answerTo(
  request: ClientRequest,
  body: Uint8Array | undefined,
  { connect, silence }: AwsLimits,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => request.destroy(late(`no connection within ${connect} ms`)), connect);
    request.once("socket", (socket) => {
      if (socket.connecting) socket.once("connect", () => clearTimeout(timer));
      else clearTimeout(timer);
    });
    request.once("timeout", () => request.destroy(late(`nothing came for ${silence} ms`)));
    request.once("response", resolve);
    // It may fail again when nobody waits for the answer any more.
    request.on("error", reject);
    request.once("close", () => clearTimeout(timer));
    request.end(body);
  });
}

function late(message: string): Error {
  return Object.assign(new Error(message), { name: "TimeoutError" });
}
