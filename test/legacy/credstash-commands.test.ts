import { spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { runCredstash } from "../../src/legacy/credstash/cli.js";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { type CredstashScene, openCredstashScene } from "./credstash-scene.js";
import { runTool } from "./tool-desk.js";

const source = findEmulator();

describe.skipIf(source === null)("coffer as credstash", () => {
  let cloud: Cloud;
  let scene: CredstashScene;
  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    scene = openCredstashScene(cloud);
    await scene.newKey("alias/credstash");
  });
  afterAll(async () => {
    scene.close();
    await cloud.stop();
  });

  describe("getall", () => {
    it("prints what opens, says what does not, and ends with 1", async () => {
      const table = await scene.newTable();
      await scene.must("-t", table, "put", "fine", "canary-1");
      await scene.must("-t", table, "put", "context", "canary-2", "a=b");
      const [item = {}] = await scene.items(table);
      await scene.put(table, { ...item, name: { S: "torn" }, contents: { S: "AAAA" } });
      const { code, stdout, stderr } = await scene.run(["-t", table, "getall"]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '{\n    "fine": "canary-1"\n}\n' });
      const lines = stderr.trimEnd().split("\n");
      expect(lines.map((line) => /"(\w+)" is left out/.exec(line)?.[1])).toEqual(["context", "torn"]);
      expect(stderr).not.toContain("canary");
      expect(await scene.run(["-t", table, "getall", "-v", "2"])).toMatchObject({ code: 1, stdout: "{}\n" });
    });

    it("prints nothing for dotenv that a shell would run, and gives it every value", async () => {
      const table = await scene.newTable();
      const values = { A: "x'; echo PWNED; '", B: "$(echo PWNED)", C: "it's", D: "a'b\nc\\$`", "E.x": "kept" };
      for (const [name, value] of Object.entries(values)) await scene.must("-t", table, "put", name, value);
      await scene.must("-t", table, "put", "x;echo PWNED;y", "v");
      const { code, stdout, stderr } = await scene.run(["-t", table, "getall", "-f", "dotenv"]);
      expect(code).toBe(1);
      expect(stderr).toContain('"x;echo PWNED;y" is left out');
      expect(stdout).toContain("E.X='kept'\n");
      const file = join(scene.folder, "all.env");
      writeFileSync(file, stdout.replace(/^E\.X=.*\n/m, ""));
      const shell = spawnSync("bash", ["-c", `. "${file}"; printf '%s\\0' "$A" "$B" "$C" "$D"`], { encoding: "utf8" });
      expect(shell.stdout.split("\0").slice(0, 4)).toEqual(Object.values(values).slice(0, 4));
    });
  });

  describe("wildcards", () => {
    it("have one character that is special", async () => {
      const table = await scene.newTable();
      for (const name of ["app.db", "app-db", "a[b", "quote"]) await scene.must("-t", table, "put", name, name);
      expect(JSON.parse(await scene.must("-t", table, "get", "app.*"))).toEqual({ "app.db": "app.db" });
      expect(JSON.parse(await scene.must("-t", table, "get", "a[*"))).toEqual({ "a[b": "a[b" });
      expect(await scene.must("-t", table, "get", "app.d.|q*")).toBe("{}");
    });

    it("print nothing where one of the matches does not open, and name it", async () => {
      const table = await scene.newTable();
      await scene.must("-t", table, "put", "a1", "x");
      await scene.must("-t", table, "put", "a2", "x", "k=v");
      const { code, stdout, stderr } = await scene.run(["-t", table, "get", "a*"]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain('"a2"');
    });
  });

  describe("put", () => {
    it("asks for the value with -P, and keeps the context", async () => {
      const table = await scene.newTable();
      const ask = async (...args: readonly string[]): Promise<string[]> => {
        const prompts: string[] = [];
        await runTool(
          (given, world) =>
            runCredstash(given, {
              ...world,
              askHidden: async (prompt) => {
                prompts.push(prompt);
                return "typed";
              },
            }),
          ["-t", table, "put", "-P", ...args],
        );
        return prompts;
      };
      expect(await ask("n", "a=b")).toEqual(["n"]);
      expect(await ask("m", "dummy", "a=b")).toEqual(["m"]);
      for (const name of ["n", "m"]) expect(await scene.must("-t", table, "get", name, "a=b")).toBe("typed\n");
    });

    it("takes what is no text as it is, from files and stdin", async () => {
      const table = await scene.newTable();
      await scene.must("-t", table, "put", "f", "@bin.dat");
      expect((await scene.run(["-t", table, "put", "s", "-"], { stdin: Uint8Array.of(0xff, 0x0d, 0x0a) })).code).toBe(
        0,
      );
      expect((await scene.run(["-t", table, "get", "-n", "f"])).bytes).toEqual(Buffer.of(0xff, 0xfe, 0, 1));
      expect((await scene.run(["-t", table, "get", "-n", "s"])).bytes).toEqual(Buffer.of(0xff, 0x0d, 0x0a));
    });

    it("names a key that is not there, and the size that is too much", async () => {
      const table = await scene.newTable();
      expect((await scene.run(["-t", table, "put", "n", "x", "-k", "alias/none"])).stderr).toContain("alias/none");
      const { code, stderr } = await scene.run(["-t", table, "put", "n", "canary".repeat(60_000)]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/too big/);
      expect(stderr).not.toContain("canary");
    });
  });

  describe("its surroundings", () => {
    it("are general options before the command or behind it, and a variable for the table", async () => {
      const table = await scene.newTable();
      await scene.must("put", "n", "x", "-t", table, "-r", "us-east-1");
      expect(await scene.must("get", "n", "-n", "--table", table)).toBe("x");
      process.env.CREDSTASH_DEFAULT_TABLE = table;
      expect(await scene.must("keys")).toBe("n\n");
      delete process.env.CREDSTASH_DEFAULT_TABLE;
    });

    it("are us-east-1 where nothing else is said", async () => {
      const table = await scene.newTable();
      delete process.env.AWS_DEFAULT_REGION;
      process.env.AWS_REGION = "eu-west-3";
      expect(await scene.must("-t", table, "put", "n", "x")).toBe("n has been stored\n");
      delete process.env.AWS_REGION;
      process.env.AWS_DEFAULT_REGION = "us-east-1";
    });

    it("are a region of KMS, saved for later", async () => {
      const table = await scene.newTable();
      expect(await scene.must("-t", table, "setup", "--save-kms-region", "us-east-1")).toMatch(
        /^KMS region set to us-east-1\n/,
      );
      expect(readFileSync(join(scene.folder, ".credstash"), "utf8")).toBe('{"kms-region": "us-east-1"}');
      await scene.must("-t", table, "put", "n", "x");
      await scene.must("-t", table, "setup", "--save-kms-region", "eu-west-1");
      expect((await scene.run(["-t", table, "get", "n"])).code).toBe(1);
      expect(await scene.must("-t", table, "--kms-region", "us-east-1", "get", "n")).toBe("x\n");
    });

    it("are a broken ~/.credstash only for what needs it", async () => {
      const table = await scene.newTable();
      writeFileSync(join(scene.folder, ".credstash"), "[]");
      const { code, stderr } = await scene.run(["-t", table, "put", "n", "x"]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/~\/\.credstash/);
      expect(await scene.must("-t", table, "list")).toBe("");
      expect(await scene.must("-t", table, "--kms-region", "us-east-1", "put", "n", "x")).toBe("n has been stored\n");
      expect((await scene.run(["-t", table, "setup", "--save-kms-region", "x"])).code).toBe(1);
      writeFileSync(join(scene.folder, ".credstash"), "{}");
    });

    it("have a log where one is asked for, and else none", async () => {
      const table = await scene.newTable();
      await scene.run(["-t", table, "get", "none"]);
      expect(() => statSync(join(scene.folder, "credstash.log"))).toThrow();
      await scene.run(["-t", table, "--log-file", "own.log", "get", "none"]);
      await scene.run(["-t", table, "--log-file", "own.log", "--log-level", "CRITICAL", "get", "none"]);
      expect(readFileSync(join(scene.folder, "own.log"), "utf8")).toMatch(
        /^[\d-]+ [\d:,]+ ERROR there is no "none" .*\n$/,
      );
      expect((await scene.run(["-t", table, "--log-level", "loud", "list"])).code).toBe(1);
      expect((await scene.run(["-t", table, "--log-file", "/nowhere/x", "list"])).code).toBe(1);
    });
  });

  it("is a store for the verbs of coffer, too", async () => {
    const url = `credstash://${await scene.newTable()}`;
    const coffer = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await runTool(runCli, [...args, "-s", url]);
      expect({ args, code, stderr: code === 0 ? "" : stderr }).toEqual({ args, code: 0, stderr: "" });
      return stdout;
    };
    await coffer("put", "app/A", "one", "--comment", "why");
    await coffer("put", "app/A", "two", "-c", "env=prod");
    await coffer("put", "app/B", "three");
    expect(await coffer("get", "app/A", "-c", "env=prod")).toBe("two");
    expect(await coffer("get", "app/A", "--version", "1")).toBe("one");
    expect(await coffer("list", "app/")).toBe("app/A\napp/B\n");
    expect(await coffer("history", "app/A")).toMatch(/0000000000000000002[\s\S]*0000000000000000001.*why/);
    expect(await coffer("export", "app/", "-c", "env=prod", "--json")).toBe('{"A":"two","B":"three"}\n');
    await coffer("delete", "app/B");
    expect(await coffer("list")).toBe("app/A\n");
    expect((await runTool(runCli, ["get", "app/A", "-s", url])).code).toBe(5);
  });
});
