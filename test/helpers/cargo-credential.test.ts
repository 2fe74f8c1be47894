import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isThere } from "../formats/run.js";
import { type LinkDesk, openLinkDesk } from "./link-desk.js";

const cargo = isThere("cargo", ["--version"], "the helper for cargo", { needed: false });

let desk: LinkDesk;

beforeAll(async () => {
  desk = await openLinkDesk("cargo-credential");
});
afterAll(() => desk.clear());

/** What is answered to each line, the greeting left out. */
async function ask(...lines: readonly (object | string)[]): Promise<unknown[]> {
  const stdin = lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("");
  const { stdout } = await desk.run("cargo-credential-coffer", ["--cargo-plugin"], { stdin });
  const [greeting, ...answers] = stdout
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(greeting).toEqual({ v: [1] });
  return answers;
}

describe("cargo-credential-coffer", () => {
  const registry = { "index-url": "sparse+https://crates.example/", name: "mine" };
  const said = { v: 1, registry, args: [] };

  it("keeps the token of a registry until it is logged out", async () => {
    expect(
      await ask(
        { ...said, kind: "get", operation: "read" },
        { ...said, kind: "login", token: "canary" },
        { ...said, kind: "get", operation: "publish", name: "x", vers: "1.0.0", cksum: "0" },
        { ...said, kind: "logout" },
        { ...said, kind: "logout" },
      ),
    ).toEqual([
      { Err: { kind: "not-found" } },
      { Ok: { kind: "login" } },
      { Ok: { kind: "get", token: "canary", cache: "session", operation_independent: true } },
      { Ok: { kind: "logout" } },
      { Err: { kind: "not-found" } },
    ]);
  });

  it("answers what it does not know as the protocol says", async () => {
    const answers = await ask(
      { ...said, kind: "dance" },
      { v: 1, kind: "get", registry: {} },
      { ...said, v: 2, kind: "get" },
      '{"token": "canary',
    );
    expect(answers).toMatchObject([
      { Err: { kind: "operation-not-supported" } },
      { Err: { kind: "url-not-supported" } },
      { Err: { kind: "other" } },
      { Err: { kind: "other" } },
    ]);
    expect(JSON.stringify(answers)).not.toContain("canary");
  });
});

describe.skipIf(!cargo)("cargo", () => {
  let index: Server;
  let asked: (string | undefined)[] = [];

  beforeAll(async () => {
    index = createServer((request, response) => {
      asked.push(request.headers.authorization);
      if (request.headers.authorization !== "canary-token") return response.writeHead(401).end();
      if (request.url === "/config.json") {
        return response.end(
          JSON.stringify({ dl: "http://127.0.0.1:9/dl", api: "http://127.0.0.1:9", "auth-required": true }),
        );
      }
      return response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => void index.listen(0, "127.0.0.1", resolve));
    const { port } = index.address() as AddressInfo; // A server on TCP has no other address.
    mkdirSync(join(desk.home, "project/.cargo"), { recursive: true });
    mkdirSync(join(desk.home, "project/src"));
    writeFileSync(join(desk.home, "project/src/lib.rs"), "");
    writeFileSync(
      join(desk.home, "project/.cargo/config.toml"),
      `[registries.mine]\nindex = "sparse+http://127.0.0.1:${port}/"\ncredential-provider = ["cargo-credential-coffer"]\n`,
    );
    writeFileSync(
      join(desk.home, "project/Cargo.toml"),
      '[package]\nname = "p"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nguarded = { version = "1", registry = "mine" }\n',
    );
  });
  afterAll(() => {
    index.close();
    index.closeAllConnections();
  });

  const run = (args: readonly string[], stdin?: string) =>
    desk.run("cargo", args, {
      cwd: join(desk.home, "project"),
      env: {
        CARGO_HOME: join(desk.home, ".cargo"),
        RUSTUP_HOME: process.env.RUSTUP_HOME ?? join(process.env.HOME ?? "", ".rustup"),
      },
      ...(stdin === undefined ? {} : { stdin }),
    });

  it("logs in, shows the token to its registry, and logs out", async () => {
    expect(await run(["login", "--registry", "mine"], "canary-token\n")).toMatchObject({ code: 0 });
    asked = [];
    const { stderr } = await run(["generate-lockfile"]);
    expect(asked).toContain("canary-token");
    expect(stderr).toContain("guarded"); // There is none of that name, which only who was let in can know.
    expect(stderr).not.toContain("canary");
    expect(await run(["logout", "--registry", "mine"])).toMatchObject({ code: 0 });
    asked = [];
    await run(["generate-lockfile"]);
    expect(asked).not.toContain("canary-token");
  });
});
