import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

/** How an imitation of S3 reads the condition of a put; what is changed counts from then on. */
export interface Manners {
  /** As it should, or not at all. */
  ifNoneMatch: "kept" | "ignored";
  /** As it should, only without the quotes, as radosgw, or not at all. */
  ifMatch: "kept" | "bare" | "ignored";
  /** The status of the next put whose condition does not hold, where it is not 412. */
  refusal?: () => number;
}

/** A server that is running. */
export interface Imitation {
  readonly url: string;
  /** Of every request so far, its method and its key. */
  readonly requests: readonly string[];
  /** How many connections were made to it, handshake and all. */
  readonly connections: () => number;
  /** Resolves when the first one is made. */
  readonly connected: Promise<unknown>;
  stop(): Promise<void>;
}

/** A server that keeps objects in memory, and conditions as far as its manners go; with TLS its name is localhost. */
export async function startImitation(
  manners: Manners = { ifNoneMatch: "kept", ifMatch: "kept" },
  tls?: { readonly key: Buffer; readonly cert: Buffer },
): Promise<Imitation> {
  const objects = new Map<string, Buffer>();
  const requests: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(`${request.method} ${request.url?.split("?", 1)[0]}`);
    void serve(request, response, objects, manners);
  };
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  let connections = 0;
  const connection = tls === undefined ? "connection" : "secureConnection";
  server.on(connection, () => {
    connections += 1;
  });
  const connected = once(server, connection);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Listening on a port of TCP, it has an address of that form.
  const { port } = server.address() as AddressInfo;
  const url = tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  return {
    url,
    requests,
    connections: () => connections,
    connected,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  objects: Map<string, Buffer>,
  manners: Manners,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const key = request.url?.split("?", 1)[0] ?? "";
  const held = objects.get(key);
  if (request.method === "PUT") {
    if (isRefused(request.headers, held, manners)) {
      const status = manners.refusal?.() ?? 412;
      return refuse(response, status, status === 412 ? "PreconditionFailed" : "UnknownError");
    }
    const body = Buffer.concat(chunks);
    objects.set(key, body);
    response.setHeader("etag", `"${tagOf(body)}"`).end();
  } else if (request.method === "DELETE") {
    objects.delete(key);
    response.writeHead(204).end();
  } else if (held === undefined) refuse(response, 404, "NoSuchKey");
  else
    response
      .setHeader("etag", `"${tagOf(held)}"`)
      .setHeader("content-length", held.byteLength)
      .end(held);
}

function isRefused(headers: IncomingMessage["headers"], held: Buffer | undefined, manners: Manners): boolean {
  if (headers["if-none-match"] === "*" && manners.ifNoneMatch === "kept" && held !== undefined) return true;
  const wanted = headers["if-match"];
  if (wanted === undefined || manners.ifMatch === "ignored") return false;
  const tag = held === undefined ? null : tagOf(held);
  return tag === null || wanted !== (manners.ifMatch === "bare" ? tag : `"${tag}"`);
}

function tagOf(body: Buffer): string {
  return createHash("md5").update(body).digest("hex");
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<Error><Code>${code}</Code><Message></Message></Error>`);
}
