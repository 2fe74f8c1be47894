// Coffer's own verbs on Parameter Store, by the built command.

import { readFileSync } from "node:fs";
import {
  DescribeParametersCommand,
  LabelParameterVersionCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeQuietly } from "../../src/aws/aws.js";
import { Desk } from "../conversations/desk.js";
import { type Cloud, REGION, startCloud } from "./cloud.js";
import { findEmulator } from "./emulator.js";
import { FAULTS } from "./proxy/fault.js";
import type { RecordedRequest } from "./proxy/proxy.js";
import { parseJson } from "./proxy/request.js";

const source = findEmulator();
let count = 0;

/** What Parameter Store asks KMS for: each value that is opened or sealed. */
function sealedBy({ action, body }: RecordedRequest): unknown[] {
  const { Names, Name, WithDecryption, Path } = parseJson(body);
  if (action === "PutParameter") return [Name];
  return WithDecryption === true ? [Names, Path].flat().filter((each) => each !== undefined) : [];
}

describe.skipIf(source === null)("verbs on ssm:", () => {
  let cloud: Cloud;
  let desk: Desk;
  let owner: SSMClient;
  let prefix: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    owner = makeQuietly(() => new SSMClient({ region: REGION, endpoint: cloud.proxy.url }));
    // moto takes seconds to load what answers for a service.
    await owner.send(new DescribeParametersCommand({}));
  });
  afterAll(async () => {
    owner.destroy();
    await cloud.stop();
  });
  beforeEach(() => {
    desk = new Desk();
    prefix = `/t${count++}`;
    env = { ...cloud.env, COFFER_STORE: `ssm:${prefix}` };
  });
  afterEach(() => {
    cloud.proxy.plan();
    desk.clear();
  });

  const must = (...args: readonly string[]): Promise<string> => desk.must(args, { env });
  const run = (...args: readonly string[]): ReturnType<Desk["coffer"]> => desk.coffer(args, { env });
  const put = (Name: string, Value: string): Promise<unknown> =>
    owner.send(new PutParameterCommand({ Name, Value, Type: "SecureString", Overwrite: true }));
  const actions = (): string[] => cloud.proxy.requests.map(({ action }) => action);

  it("put, get, list, history and delete", async () => {
    expect((await run("put", "prod/A", "one")).stderr).toBe("coffer: prod/A is version 1\n");
    await must("put", "prod/A", "two", "--comment", "why");
    expect(await must("get", "prod/A")).toBe("two");
    expect(await must("get", "prod/A", "--version", "1")).toBe("one");
    expect(JSON.parse(await must("get", "prod/A", "--json"))).toMatchObject({
      version: "2",
      comment: "why",
      value: "two",
    });
    expect(await must("list")).toBe("prod/A\n");
    expect(await must("list", "-l")).toMatch(/^prod\/A {2}2 {2}.* why\n$/);
    expect((await must("history", "prod/A")).split("\n").map((line) => line[0])).toEqual(["2", "1", undefined]);
    expect(JSON.parse(await must("delete", "prod/A", "--json"))).toMatchObject({
      commit: null,
      changed: [{ name: "A", version: "2", change: "deleted" }],
    });
    expect((await run("get", "prod/A")).code).toBe(3);
    expect((await run("delete", "prod/A")).code).toBe(3);
  });

  it("import, export, exec, diff and rollback", async () => {
    const file = desk.file("new.env", "A=1\nB=two\n");
    expect((await run("import", "prod/", file)).stderr).toBe("coffer: 2 added\n");
    expect((await run("import", "prod/", file)).stderr).toBe("coffer: nothing to do: all of it is there\n");
    expect(await must("export", "prod/")).toBe("A=1\nB=two\n");
    expect(await must("exec", "prod/", "--", "sh", "-c", 'echo "$A $B"')).toBe("1 two\n");
    await must("put", "prod/A", "changed");
    expect(await must("diff", "prod/", `@${file}`)).toContain("A");
    const { stderr } = await run("rollback", "prod/A", "--to", "1", "-y");
    expect(stderr).toContain("1 changed");
    expect(await must("get", "prod/A")).toBe("1");
    expect((await run("export", "none/")).code).toBe(3);
  });

  it("--if-version 0 makes what is not there, and nothing else", async () => {
    await must("put", "prod/A", "one", "--if-version", "0");
    expect((await run("put", "prod/A", "two", "--if-version", "0")).code).toBe(4);
    expect(await must("get", "prod/A")).toBe("one");
  });

  it("--if-version is compared before, and by the version that was made after: which then says that it was written", async () => {
    await must("put", "prod/A", "one");
    await must("put", "prod/A", "two", "--if-version", "1");
    expect((await run("put", "prod/A", "three", "--if-version", "1")).code).toBe(4);
    expect(await must("get", "prod/A")).toBe("two");
    // Somebody else is faster, between our look and our write.
    let others: Promise<unknown> | undefined;
    cloud.proxy.plan(({ action }) => {
      if (action !== "PutParameter" || others !== undefined) return undefined;
      others = put(`${prefix}/prod/A`, "theirs");
      return { kind: "delay", ms: 300 };
    });
    const { code, stderr } = await run("put", "prod/A", "ours", "--if-version", "2");
    await others;
    expect([code, stderr]).toEqual([4, expect.stringContaining("was written as version 4")]);
    cloud.proxy.plan();
    expect(await must("history", "prod/A")).toMatch(/^4 .*\n3 .*\n/);
  });

  it("--if-version counts a write of ours whose answer was lost as ours", async () => {
    await must("put", "prod/A", "one");
    let cuts = 0;
    cloud.proxy.plan(({ action }) =>
      action === "PutParameter" && cuts++ === 0 ? { kind: "cut", when: "after" } : undefined,
    );
    await must("put", "prod/A", "two", "--if-version", "1");
    cuts = 0;
    await must("put", "prod/NEW", "new", "--if-version", "0");
    expect([await must("get", "prod/A"), await must("get", "prod/NEW")]).toEqual(["two", "new"]);
  });

  it("an import that fails midway says exactly what was done and what was not, and no value", async () => {
    const file = desk.file("new.env", "A=canary-1\nB=canary-2\nC=canary-3\nD=canary-4\n");
    const message = "Value 'canary-3' at 'value' is not what it should be";
    cloud.proxy.plan(({ action, body }) =>
      action === "PutParameter" && parseJson(body).Name === `${prefix}/prod/C`
        ? { kind: "answer", when: "before", status: 400, code: "ValidationException", message }
        : undefined,
    );
    const { code, stderr, stdout } = await run("import", "prod/", file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/done: "prod\/A", "prod\/B"; failed: "prod\/C" \(.*\); not tried: "prod\/D"/);
    expect(`${stdout}${stderr}`).not.toContain("canary");
    cloud.proxy.plan();
    expect(await must("list")).toBe("prod/A\nprod/B\n");
  });

  it("an answer that never comes leaves open what happened, exit 8; what was never sent is no doubt, exit 7", async () => {
    cloud.proxy.plan(({ action }) => (action === "PutParameter" ? FAULTS.silent : undefined));
    const { code, stderr } = await run("put", "prod/A", "canary-9", "--timeout", "1.5");
    expect([code, stderr]).toEqual([8, expect.stringContaining("not known whether")]);
    expect(stderr).not.toContain("canary-9");
    const away = { ...env, AWS_ENDPOINT_URL: "http://127.0.0.1:1" };
    expect((await desk.coffer(["put", "prod/A", "x"], { env: away })).code).toBe(7);
  });

  it.each<[string, string[]]>([
    ["a name with other characters", ["put", "prod/a b", "x"]],
    ["a name that AWS keeps for itself", ["put", "/aws-x", "x", "-s", "ssm:"]],
    ["16 levels", ["put", `${"a/".repeat(14)}x`, "x"]],
    ["5 KB in the standard tier", ["put", "prod/A", "x".repeat(5000)]],
    ["nothing", ["put", "prod/A", ""]],
    ["a message", ["put", "prod/A", "x", "-m", "why"]],
    ["an expiry", ["put", "prod/A", "x", "--expires", "1d"]],
    ["a context", ["put", "prod/A", "x", "-c", "a=b"]],
    ["a stage to put", ["put", "prod/A", "x", "--stage", "next"]],
    ["a time to read", ["get", "prod/A", "--at", "2026-01-01"]],
    ["commits", ["log", "prod/"]],
    ["purging", ["purge", "prod/A", "-y"]],
    ["init", ["init"]],
  ])("%s is refused before anything is sent", async (_, args) => {
    cloud.proxy.forget();
    const { code, stderr } = await run(...args);
    expect([1, 2]).toContain(code);
    expect(stderr).toMatch(/^coffer: error: /);
    expect(actions()).toEqual([]);
  });

  it("8 KB go into the advanced tier, under a key that is named", async () => {
    cloud.proxy.forget();
    const store = `ssm:${prefix}?tier=advanced&kms-key=alias/aws/ssm`;
    await must("put", "prod/A", "x".repeat(8192), "-s", store);
    expect(parseJson(cloud.proxy.requests.at(-1)?.body ?? Buffer.of())).toMatchObject({
      Name: `${prefix}/prod/A`,
      Type: "SecureString",
      Tier: "Advanced",
      KeyId: "alias/aws/ssm",
    });
  });

  it("labels are read as stages", async () => {
    await must("put", "prod/A", "one");
    await must("put", "prod/A", "two");
    await must("put", "prod/B", "b");
    const label = { Name: `${prefix}/prod/A`, ParameterVersion: 1, Labels: ["stable"] };
    await owner.send(new LabelParameterVersionCommand(label));
    expect(await must("get", "prod/A", "--stage", "stable")).toBe("one");
    expect(await must("export", "prod/", "--stage", "stable")).toBe("A=one\nB=b\n");
    expect(await must("history", "prod/A")).toMatch(/^2 .* text .*\n1 .* staged as stable /);
  });

  it("reads all pages, with one request for ten, and only what is named where names are given", async () => {
    for (let index = 0; index < 25; index++) await put(`${prefix}/prod/N${index}`, `${index}`);
    cloud.proxy.forget();
    expect((await must("export", "prod/")).split("\n")).toHaveLength(26);
    expect(actions()).toEqual(Array(3).fill("GetParametersByPath"));
    cloud.proxy.forget();
    await must("export", "prod/", "--only", Array.from({ length: 25 }, (_, index) => `N${index}`).join(","));
    expect(actions()).toEqual(Array(3).fill("GetParameters"));
    cloud.proxy.forget();
    expect((await must("list")).split("\n")).toHaveLength(26);
    expect(new Set(actions())).toEqual(new Set(["DescribeParameters"]));
  });

  it("a get is one request", async () => {
    await must("put", "prod/A", "one");
    cloud.proxy.forget();
    await must("get", "prod/A");
    expect(actions()).toEqual(["GetParameters"]);
  });

  describe("what docs/COSTS.md says", () => {
    const page = readFileSync(new URL("../../docs/COSTS.md", import.meta.url), "utf8");
    const rows = new Map(
      Array.from(page.matchAll(/^\| (ssm: [^|]+?) \| (\d+) \| (\d+) \| ([\d.]+) \|$/gm), ([, what = "", ...counts]) => [
        what,
        counts.slice(0, 3).map(Number),
      ]),
    );
    const ten = Array.from({ length: 10 }, (_, index) => `N${index}`).join(",");
    const DOINGS: Readonly<Record<string, readonly string[]>> = {
      "ssm: `get`": ["get", "prod/N1"],
      "ssm: `get --json`, with comment and author": ["get", "prod/N1", "--json"],
      "ssm: `exec`, `export`": ["export", "prod/"],
      "ssm: `export --only` ten names": ["export", "prod/", "--only", ten],
      "ssm: `put`": ["put", "prod/N1", "x"],
      "ssm: `put --if-version`": ["put", "prod/N1", "y", "--if-version", "2"],
      "ssm: `delete`": ["delete", "prod/N1"],
      "ssm: `list` of a namespace": ["list", "prod/"],
      "ssm: `history` of up to 50 versions": ["history", "prod/N2"],
    };

    it("is counted, and is all of it", async () => {
      for (let index = 0; index < 48; index++) await put(`${prefix}/prod/N${index}`, "x");
      expect([...rows.keys()].sort()).toEqual(Object.keys(DOINGS).sort());
      for (const [what, args] of Object.entries(DOINGS)) {
        cloud.proxy.forget();
        await must(...args);
        // moto's pages of lists are shorter than AWS's.
        const lists = actions().filter((action) => action === "DescribeParameters").length;
        const sealed = cloud.proxy.requests.flatMap(sealedBy).length;
        const counts = [actions().length - Math.max(lists - 1, 0), what.includes("`export`") ? 48 : sealed];
        expect([what, ...counts, Number(((sealed === 0 ? 0 : (counts[1] ?? 0)) * 0.003).toFixed(3))]).toEqual([
          what,
          ...(rows.get(what) ?? []),
        ]);
      }
    });
  });

  it("with chamber's layout, exec --upper gives what chamber exec gives", async () => {
    // chamber's rule: capitals, and _ for -. https://github.com/segmentio/chamber
    const stored = { db_url: "postgres://db", "api-key": "k 'q'", token2: "t", "a-b-c_d": "x" };
    for (const [name, value] of Object.entries(stored)) await put(`${prefix}/billing/${name}`, value);
    await put(`${prefix}/billing/below/other`, "not of the service");
    const printed = await must(
      "exec",
      "billing/",
      "--upper",
      "--pristine",
      "--",
      process.execPath,
      "-p",
      "JSON.stringify(process.env)",
    );
    const chamber = Object.entries(stored).map(([name, value]) => [name.toUpperCase().replaceAll("-", "_"), value]);
    expect(JSON.parse(printed)).toEqual(Object.fromEntries(chamber));
  });

  describe("exec --psc", () => {
    it("resolves SECRET NAME from Parameter Store, whatever the store, in one request for ten", async () => {
      const home = {
        ...cloud.env,
        FLAT: `SECRET f${count}.x`,
        DEEP: `SECRET ${prefix}/a/b`,
        SAME: `SECRET f${count}.x`,
        TOP: `SECRET ${prefix}`,
      };
      await put(`f${count}.x`, "flat");
      await put(`${prefix}/a/b`, "deep");
      await put(prefix, "top");
      const print = ["exec", "--psc", "--", "sh", "-c", 'echo "$FLAT $DEEP $SAME $TOP"'];
      expect(await desk.must(print, { env: home })).toBe("flat deep flat top\n");
    });

    it("starts nothing where one is missing", async () => {
      const { code, stdout, stderr } = await desk.coffer(["exec", "--psc", "--", "echo", "started"], {
        env: { ...cloud.env, A: "SECRET never.was" },
      });
      expect([code, stdout]).toEqual([125, ""]);
      expect(stderr).toContain("never.was");
    });

    it("needs no store where nothing refers to one, and leaves references alone without the flag", async () => {
      expect(await desk.must(["exec", "--psc", "--", "echo", "started"])).toBe("started\n");
      await must("put", "A", "one");
      const print = ["exec", "/", "--", "sh", "-c", 'echo "$REF"'];
      expect(await desk.must(print, { env: { ...env, REF: "SECRET x" } })).toBe("SECRET x\n");
    });
  });

  it("as psc, and by a link of that name, is psc", async () => {
    await put(`link.${count}`, "value");
    expect(await desk.must(["as", "psc", "get", `link.${count}`], { env: cloud.env })).toBe("value\n");
    await desk.must(["link", "psc", "--dir", desk.home], { env: cloud.env });
    const sourced = await desk.run("bash", ["-c", `PATH="$HOME:$PATH"; source <(psc decrypt-env); echo "$V $M"`], {
      env: { ...cloud.env, V: `SECRET link.${count}`, M: "SECRET not.there" },
    });
    expect([sourced.stdout, sourced.stderr]).toEqual(["value SECRET not.there\n", ""]);
    expect((await desk.coffer(["as", "psc", "get"], { env: cloud.env })).code).toBe(2);
    expect((await desk.coffer(["as", "psc", "delete", "never.was"], { env: cloud.env })).code).toBe(1);
  });

  it("as psc without a region fails as psc does, even with nothing to do", async () => {
    const { AWS_REGION: _, ...nowhere } = cloud.env;
    const { code, stderr } = await desk.coffer(["as", "psc", "decrypt-env"], { env: nowhere });
    expect([code, stderr]).toEqual([1, expect.stringContaining("no AWS region is given")]);
  });
});
