import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Keyring } from "../../src/keyring/keyring.js";
import { openAwsKms } from "../../src/keys/aws-kms.js";
import { openS3Store } from "../../src/objects/s3.js";
import { openVault } from "../../src/vault/vault.js";
import { Desk } from "../conversations/desk.js";
import { type Cloud, startCloud } from "./cloud.js";
import { findEmulator } from "./emulator.js";

const source = findEmulator();

const READ = ["kms:Decrypt", "s3:GetObject"];
const PUTS = ["s3:PutObject", "s3:PutObject"];
const WRITE = [...READ, ...PUTS];
/** The data key of a new namespace, and a look whether the store is still there. */
const FIRST = ["kms:GenerateDataKey", "s3:GetObject", "s3:GetObject", ...PUTS];

const git = (...lines: readonly string[]): string => gitFor("git.example", ...lines);
const gitFor = (host: string, ...lines: readonly string[]): string =>
  ["protocol=https", `host=${host}`, ...lines].map((line) => `${line}\n`).join("");
const cargo = (request: object, host = "crates.example"): string =>
  `${JSON.stringify({ v: 1, registry: { "index-url": `sparse+https://${host}/` }, ...request })}\n`;
const docker = (Secret: string): string => JSON.stringify({ ServerURL: "r.example", Username: "ana", Secret });

/** Service, user and password of what is there before. */
const THERE: readonly (readonly [service: string, username: string, password: string])[] = [
  ["svc", "ana", "canary"],
  ["svc", "gone", "canary"],
  ["https://git.example", "ana", "canary"],
  ["https://same.example", "ana", "canary"],
  ["https://gone.example", "ana", "canary"],
  ["https://both.example", "ana", "canary"],
  ["https://both.example", "ben", "canary"],
  ["docker-credential", "r.example", '{"Username":"ana","Secret":"canary"}'],
  ["docker-credential", "gone.example", '{"Username":"ana","Secret":"canary"}'],
  ["cargo:sparse+https://crates.example/", "token", "canary"],
  ["cargo:sparse+https://gone.example/", "token", "canary"],
];

interface Asked {
  readonly tool: string;
  readonly args?: readonly string[];
  readonly stdin?: string;
  /** A store that has the service already; without it there is none. */
  readonly there?: true;
  readonly requests: readonly string[];
  readonly code?: number;
}

const CALLS: Readonly<Record<string, Asked>> = {
  "keyring get": { tool: "keyring", args: ["get", "svc", "ana"], there: true, requests: READ },
  "keyring get --mode creds": {
    ...{ tool: "keyring", args: ["get", "--mode", "creds", "svc"], there: true, requests: READ },
  },
  "keyring get, of a service that is not there": {
    ...{ tool: "keyring", args: ["get", "none", "ana"], requests: ["s3:GetObject"], code: 1 },
  },
  "keyring set": { tool: "keyring", args: ["set", "svc", "ana"], stdin: "new", there: true, requests: WRITE },
  "keyring set, the first of a service": { tool: "keyring", args: ["set", "svc", "ana"], stdin: "x", requests: FIRST },
  "keyring del": { tool: "keyring", args: ["del", "svc", "gone"], there: true, requests: WRITE },
  "git get": { tool: "git-credential", args: ["get"], stdin: git(), there: true, requests: READ },
  "git get of one user": {
    ...{ tool: "git-credential", args: ["get"], stdin: git("username=ana"), there: true, requests: READ },
  },
  "git store": {
    ...{ tool: "git-credential", args: ["store"], stdin: git("username=ana", "password=new") },
    ...{ there: true, requests: WRITE },
  },
  "git store of what is there": {
    ...{ tool: "git-credential", args: ["store"], stdin: gitFor("same.example", "username=ana", "password=canary") },
    ...{ there: true, requests: READ },
  },
  "git store, the first of a host": {
    ...{ tool: "git-credential", args: ["store"], stdin: git("username=ana", "password=new"), requests: FIRST },
  },
  "git erase": {
    ...{ tool: "git-credential", args: ["erase"], stdin: gitFor("gone.example", "username=ana", "password=canary") },
    ...{ there: true, requests: WRITE },
  },
  "git erase of both users": {
    tool: "git-credential",
    args: ["erase"],
    stdin: gitFor("both.example"),
    there: true,
    requests: WRITE,
  },
  "git erase of another password": {
    ...{ tool: "git-credential", args: ["erase"], stdin: git("username=ana", "password=x") },
    ...{ there: true, requests: READ },
  },
  "docker get": { tool: "docker-credential", args: ["get"], stdin: "r.example", there: true, requests: READ },
  "docker list": { tool: "docker-credential", args: ["list"], there: true, requests: READ },
  "docker store": { tool: "docker-credential", args: ["store"], stdin: docker("new"), there: true, requests: WRITE },
  "docker store, the first": { tool: "docker-credential", args: ["store"], stdin: docker("x"), requests: FIRST },
  "docker erase": { tool: "docker-credential", args: ["erase"], stdin: "gone.example", there: true, requests: WRITE },
  "cargo get": {
    tool: "cargo-credential",
    stdin: cargo({ kind: "get", operation: "read" }),
    there: true,
    requests: READ,
  },
  "cargo login": {
    ...{ tool: "cargo-credential", stdin: cargo({ kind: "login", token: "new" }), there: true, requests: WRITE },
  },
  "cargo logout": {
    tool: "cargo-credential",
    stdin: cargo({ kind: "logout" }, "gone.example"),
    there: true,
    requests: WRITE,
  },
  askpass: { tool: "askpass", args: ["Password for 'https://ana@git.example': "], there: true, requests: READ },
  terraform: { tool: "terraform-external", stdin: '{"namespace":"keyring/svc"}', there: true, requests: READ },
};

/** What helpers ask of S3 and KMS: those that answer two requests, those that change four, and five for what is the first of its namespace. */
describe.skipIf(source === null)("helpers at the wire", () => {
  let cloud: Cloud;
  let key: string;
  const desk = new Desk();
  let env: Record<string, string>;

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    key = await cloud.newKey();
    // Who signs is asked of STS once per access key; wire.test.ts counts it.
    env = { ...cloud.env, COFFER_AUTHOR: "ana@example.com" };
    const bucket = await cloud.newBucket();
    await desk.must(["init", "-p", "there", "-s", `s3://${bucket}/there`, "-k", `aws-kms:${key}`], { env });
    const aws = await cloud.aws();
    const [objects, keys] = [openS3Store(`//${bucket}/there`, aws), await openAwsKms(key, aws)];
    const store = openVault({ objects, keys, memory: null, author: "ana@example.com" });
    for (const each of THERE) await new Keyring(store).setPassword(...each);
    await store.close();
    await desk.must(["init", "-p", "empty", "-s", `s3://${bucket}/empty`, "-k", `aws-kms:${key}`], { env });
  });
  afterAll(() => {
    desk.clear();
    return cloud?.stop();
  });
  const as = (profile: string, tool: string, args: readonly string[], stdin = "") =>
    desk.coffer(["as", tool, ...args], { env: { ...env, COFFER_PROFILE: profile }, stdin });

  it("find in a bucket of s3keyring what s3keyring has, where their section says that it is the root", async () => {
    const store = `s3keyring://${await cloud.newBucket()}/default?kms-key=${key}`;
    const config = desk.file(
      "s3keyring.toml",
      `[helper.keyring]\nprofile = "old"\nnamespace = "/"\n\n[profiles.old]\nstore = "${store}"\n`,
    );
    await desk.must(["put", "-s", store, "my%20service/ana@x", "canary"], { env });
    const more = { ...env, COFFER_CONFIG: config };
    const keyring = (...args: readonly string[]) =>
      desk.coffer(["as", "keyring", ...args], { env: more, stdin: "new" });
    expect(await keyring("get", "my service", "ana@x")).toMatchObject({ code: 0, stdout: "canary\n" });
    expect(await keyring("set", "my service", "ana@x")).toMatchObject({ code: 0 });
    expect(await desk.must(["get", "-s", store, "my%20service/ana@x"], { env })).toBe("new");
    expect(await keyring("del", "my service", "ana@x")).toMatchObject({ code: 0 });
    expect(await keyring("get", "my service", "ana@x")).toMatchObject({ code: 1, stdout: "" });
  });

  it.each(Object.entries(CALLS))("%s", async (_, { tool, args = [], stdin, there, requests, code = 0 }) => {
    const profile = there === true ? "there" : "empty";
    cloud.proxy.forget();
    const done = await as(profile, tool, args, stdin);
    const asked = cloud.proxy.requests.map(({ service, action }) => `${service}:${action}`).sort();
    expect({ code: done.code, asked }).toEqual({ code, asked: requests });
  });
});
