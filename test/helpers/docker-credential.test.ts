import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isThere } from "../formats/run.js";
import { type LinkDesk, openLinkDesk } from "./link-desk.js";

const NOT_FOUND = "credentials not found in native keychain\n";
const docker = isThere("docker", ["--version"], "the helper for docker", { needed: false });
const skopeo = isThere("skopeo", ["--version"], "the helper for skopeo", { needed: false });

let desk: LinkDesk;

beforeAll(async () => {
  desk = await openLinkDesk("docker-credential");
});
afterAll(() => desk.clear());

const ask = (action: string, stdin = "") => desk.run("docker-credential-coffer", [action], { stdin });
const login = (ServerURL: string, Username: string, Secret: string): string =>
  JSON.stringify({ ServerURL, Username, Secret });

describe("docker-credential-coffer", () => {
  it("keeps one login for each registry", async () => {
    const server = "https://index.docker.io/v1/";
    expect(await ask("store", login(server, "ana", "canary-1"))).toMatchObject({ code: 0, stdout: "", stderr: "" });
    await ask("store", login(server, "ben", "canary-2"));
    await ask("store", login("ghcr.io", "cleo", "canary-3"));
    const { stdout } = await ask("get", `${server}\n`);
    expect(JSON.parse(stdout)).toEqual({ ServerURL: server, Username: "ben", Secret: "canary-2" });
    expect(JSON.parse((await ask("list")).stdout)).toEqual({ [server]: "ben", "ghcr.io": "cleo" });
  });

  it("erases", async () => {
    await ask("store", login("gone.example", "ana", "canary"));
    expect(await ask("erase", "gone.example")).toMatchObject({ code: 0, stdout: "" });
    expect(await ask("get", "gone.example")).toMatchObject({ code: 1, stdout: NOT_FOUND });
  });

  it.each([
    ["get", "never.example", NOT_FOUND],
    ["get", "\n", "no credentials server URL\n"],
    ["erase", "never.example", NOT_FOUND],
    ["store", login("", "ana", "canary"), "no credentials server URL\n"],
    ["store", login("r.example", "", "canary"), "no credentials username\n"],
  ])("%s of %j is refused in the words that docker knows", async (action, stdin, words) => {
    expect(await ask(action, stdin)).toMatchObject({ code: 1, stdout: words, stderr: "" });
  });

  it("repeats nothing of what it does not understand", async () => {
    const { code, stdout, stderr } = await ask("store", '{"Secret": "canary');
    expect(code).toBe(1);
    expect(stdout + stderr).not.toContain("canary");
    expect(await ask("frobnicate")).toMatchObject({ code: 1, stdout: expect.stringContaining("unknown") });
  });

  it("says which version it is", async () => {
    expect((await ask("version")).stdout).toMatch(/^docker-credential-coffer \(coffer\) v\d+\.\d+\.\d+\n$/);
  });

  it("has no logins where nothing was stored", async () => {
    const empty = await openLinkDesk("docker-credential");
    expect((await empty.run("docker-credential-coffer", ["list"], { stdin: "" })).stdout).toBe("{}\n");
    empty.clear();
  });
});

/** A registry on the loopback that knows one login. */
async function openRegistry(login: string): Promise<{ readonly registry: Server; readonly host: string }> {
  const registry = createServer((request, response) => {
    const right = request.headers.authorization === `Basic ${Buffer.from(login).toString("base64")}`;
    response.writeHead(right ? 200 : 401, { "WWW-Authenticate": 'Basic realm="r"' }).end();
  });
  await new Promise<void>((resolve) => void registry.listen(0, "127.0.0.1", resolve));
  return { registry, host: `127.0.0.1:${(registry.address() as AddressInfo).port}` }; // A server on TCP has no other address.
}

function closeRegistry(registry: Server): void {
  registry.close();
  registry.closeAllConnections();
}

describe.skipIf(!docker)("docker", () => {
  let registry: Server;
  let host = "";

  beforeAll(async () => {
    ({ registry, host } = await openRegistry("ana:canary-d"));
    mkdirSync(join(desk.home, ".docker"));
    writeFileSync(join(desk.home, ".docker/config.json"), '{"credsStore":"coffer"}');
  });
  afterAll(() => closeRegistry(registry));

  it("logs in and out with nothing in its own files", async () => {
    const env = { DOCKER_HOST: "unix:///nowhere.sock" };
    const loggedIn = await desk.run("docker", ["login", host, "-u", "ana", "--password-stdin"], {
      stdin: "canary-d",
      env,
    });
    expect(loggedIn).toMatchObject({ code: 0, stdout: expect.stringContaining("Login Succeeded") });
    expect(JSON.parse((await ask("get", host)).stdout)).toMatchObject({ Username: "ana", Secret: "canary-d" });
    const own = readFileSync(join(desk.home, ".docker/config.json"), "utf8");
    expect(own).not.toContain("canary");
    expect(own).not.toContain(Buffer.from("ana:canary-d").toString("base64"));

    expect(await desk.run("docker", ["logout", host], { env })).toMatchObject({ code: 0 });
    expect(await ask("get", host)).toMatchObject({ code: 1, stdout: NOT_FOUND });
  });
});

describe.skipIf(!skopeo)("skopeo", () => {
  it("logs in, finds the login again, and logs out, with nothing in its own files", async () => {
    const { registry, host } = await openRegistry("ana:canary-s");
    const file = desk.file("auth.json", JSON.stringify({ credHelpers: { [host]: "coffer" } }));
    const env = { REGISTRY_AUTH_FILE: file, XDG_RUNTIME_DIR: desk.home };
    const run = (args: readonly string[], stdin?: string) =>
      desk.run("skopeo", args, stdin === undefined ? { env } : { env, stdin });
    try {
      const login = ["login", "--tls-verify=false", "-u", "ana", "--password-stdin", host];
      expect(await run(login, "canary-s")).toMatchObject({ code: 0, stdout: expect.stringContaining("Succeeded") });
      expect(JSON.parse((await ask("get", host)).stdout)).toMatchObject({ Username: "ana", Secret: "canary-s" });
      expect(readFileSync(file, "utf8")).not.toMatch(/canary|"auth"/);
      expect(await run(["login", "--get-login", host])).toMatchObject({ code: 0, stdout: "ana\n" });

      expect(await run(["logout", host])).toMatchObject({ code: 0 });
      expect(await ask("get", host)).toMatchObject({ code: 1, stdout: NOT_FOUND });
      expect(await run(["login", "--get-login", host])).toMatchObject({ code: 1, stdout: "" });
    } finally {
      closeRegistry(registry);
    }
  });
});
