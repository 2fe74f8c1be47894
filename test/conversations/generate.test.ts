import { createPrivateKey } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Desk, scrub } from "./desk.js";

describe.concurrent("generate", () => {
  const desk = new Desk();
  beforeAll(async () => {
    await desk.must(["init"]);
    await desk.must(["put", "mis/A", "x"]);
  });
  afterAll(() => desk.clear());

  it.each([
    [[], /^[A-Za-z0-9]{32}$/, "190 random bits"],
    [["--length", "10", "--alphabet", "01ü😀"], /^[01ü😀]{10}$/u, "20 random bits"],
    [["--words", "4"], /^([bdfghjklmnprstvz][aiou]){2}[bdfghjklmnprstvz](-[a-z]{5}){3}$/, "64 random bits"],
    [["--uuid"], /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "122 random bits"],
    [["--hex", "16"], /^[0-9a-f]{32}$/, "128 random bits"],
    [["--base64", "32"], /^[A-Za-z0-9+/]{43}=$/, "256 random bits"],
  ] as const)("%j: stored, and shown to nobody", async (flags, pattern, what) => {
    const path = `kinds/${["A", ...flags].join("").replace(/\W/g, "_")}`;
    const { code, stdout, stderr } = await desk.coffer(["generate", path, ...flags]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(scrub(stderr, desk)).toBe(`coffer: ${path} is version 1: ${what} (commit COMMIT)\n`);
    expect(await desk.must(["get", path])).toMatch(pattern);
  });

  it.each([
    [["--rsa", "2048"], "rsa", "an RSA key of 2048 bits"],
    [["--ed25519"], "ed25519", "an Ed25519 key"],
  ] as const)("%j: a private key that others can read", async (flags, type, what) => {
    const { stderr } = await desk.coffer(["generate", `keys/${type}.pem`, ...flags]);
    expect(stderr).toContain(what);
    const pem = await desk.must(["get", `keys/${type}.pem`]);
    expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(createPrivateKey(pem).asymmetricKeyType).toBe(type);
  });

  it("--print: printed as well, once it is stored; each time another", async () => {
    const first = await desk.must(["generate", "seen/A", "--print"]);
    const second = await desk.must(["generate", "seen/A", "--print", "-m", "new one"]);
    expect(first).not.toBe(second);
    expect(`${await desk.must(["get", "seen/A"])}\n`).toBe(second);
    const tried = await desk.coffer(["generate", "seen/A", "--print", "--dry-run"]);
    expect(tried).toMatchObject({ code: 0, stdout: "" });
    expect(await desk.json(["generate", "seen/B"])).toMatchObject({
      changed: [{ name: "B", version: "1", change: "added" }],
    });
  });

  it("takes what every write takes", async () => {
    await desk.must(["generate", "write/A", "-c", "app=a", "--if-version", "0"]);
    expect((await desk.coffer(["get", "write/A"])).code).toBe(5);
    expect((await desk.coffer(["generate", "write/A", "--if-version", "0"])).code).toBe(4);
    await desk.must(["generate", "write/B", "--stage", "next"]);
    expect((await desk.coffer(["get", "write/B"])).code).toBe(3);
  });

  it.each([
    [["--hex", "8", "--uuid"], "--uuid and --hex exclude each other"],
    [["--uuid", "--length", "3"], "--uuid and --length exclude each other"],
    [["--alphabet", "aab"], "--alphabet has a character twice"],
    [["--alphabet", "a"], "--alphabet needs at least two characters"],
    [["--length", "0"], "--length takes a whole number from 1 on"],
    [["--length", "5000"], "--length is at most 4096"],
    [["--rsa", "1024"], "--rsa takes 2048 to 8192 bits"],
    [["--print", "--json"], "--print and --json exclude each other"],
  ] as const)("mistakes: %j", async (flags, message) => {
    const refused = await desk.coffer(["generate", "mis/A", ...flags]);
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 2, stdout: "" });
    expect(refused.stderr).toContain(message);
    expect(await desk.must(["get", "mis/A"])).toBe("x");
  });
});
