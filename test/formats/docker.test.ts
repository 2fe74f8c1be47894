import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type Consumer, prove } from "./proof.js";
import { isThere, runIn } from "./run.js";

const there = isThere("docker", ["--version"], "the format docker", { needed: false });

/** As much of a daemon as the client needs to make a container, and what it was asked for. */
class Daemon {
  env: string[] = [];
  readonly #server: Server = createServer(async (request, response) => {
    const body = await readBody(request);
    const isCreate = request.url?.includes("/containers/create") === true;
    if (isCreate) this.env = JSON.parse(body).Env;
    response.writeHead(isCreate ? 201 : 200, { "Api-Version": "1.45", "Content-Type": "application/json" });
    response.end(isCreate ? '{"Id":"0123456789ab","Warnings":[]}' : "{}");
  });

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => void this.#server.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    // A server on TCP has no other address.
    return `tcp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

describe.skipIf(!there)("docker", () => {
  const daemon = new Daemon();
  beforeAll(() => daemon.listen());
  afterAll(() => daemon.close());

  const consume: Consumer = async (bytes) => {
    daemon.env = [];
    await runIn({ file: bytes }, "docker", ["create", "--env-file", "file", "image"], { DOCKER_HOST: daemon.url });
    return new Map(daemon.env.map((item) => [item.slice(0, item.indexOf("=")), item.slice(item.indexOf("=") + 1)]));
  };

  test("docker --env-file reads exactly what is not refused", () => prove("docker", consume));
});
