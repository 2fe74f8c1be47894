import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Desk, type Result } from "./desk.js";

const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));
const PROJECT = 'exec = ["dev/"]\nnames = ["DB_URL"]\n';
/** Prints what a program sees, in JSON. */
const PRINT = `const { DB_URL = null, TOKEN = null, MINE = null } = process.env;
const own = Object.keys(process.env).filter((name) => name.startsWith("COFFER_"));
console.log(JSON.stringify({ DB_URL, TOKEN, MINE, own }));
`;
const SEEN = { DB_URL: "canary-db", TOKEN: "canary-token", MINE: null, own: [] };

describe("node --import coffer/env", () => {
  let desk: Desk;
  const desks: Desk[] = [];
  const at = (...parts: readonly string[]): string => join(desk.home, ...parts);
  const node = (
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    cwd = at("app"),
  ): Promise<Result> => desk.run(process.execPath, args, { cwd, env });
  const server = (env: Readonly<Record<string, string>> = {}, cwd?: string): Promise<Result> =>
    node(["--import", "coffer/env", at("app/server.cjs")], env, cwd);
  /** The process did not start, and said why in two lines that hold no value. */
  const expectRefused = ({ code, stdout, stderr }: Result, error: RegExp): void => {
    expect(stderr).toMatch(/^coffer: error: .+\ncoffer: hint: .+\n$/);
    expect(stderr).toMatch(error);
    expect(stderr).not.toContain("canary");
    expect({ code, stdout }).toEqual({ code: 125, stdout: "" });
  };

  const first = new Desk();
  desks.push(first);
  beforeAll(async () => {
    mkdirSync(join(first.home, "app/deep"), { recursive: true });
    mkdirSync(join(first.home, "node_modules"));
    // What lies above might be a package of this name.
    writeFileSync(join(first.home, "package.json"), '{ "private": true }');
    writeFileSync(join(first.home, "app/coffer.toml"), PROJECT);
    writeFileSync(join(first.home, "app/server.cjs"), PRINT);
    await first.must(["init"]);
    await first.must(["put", "dev/DB_URL", "canary-db"]);
    await first.must(["put", "dev/TOKEN", "canary-token"]);
    await first.must(["put", "other/DB_URL", "canary-other"]);
  });
  beforeEach(() => {
    desk = new Desk();
    desks.push(desk);
    cpSync(first.home, desk.home, { recursive: true });
    symlinkSync(PACKAGE, at("node_modules/coffer"), "dir");
  });
  afterAll(() => {
    for (const each of desks) each.clear();
  });

  it("fills what the environment refers to, and then needs nothing else that says which secrets are meant", async () => {
    const { code, stdout } = await server({ MINE: "coffer:dev/TOKEN" }, desk.home);
    expect([code, JSON.parse(stdout)]).toEqual([0, { ...SEEN, DB_URL: null, TOKEN: null, MINE: "canary-token" }]);
    expectRefused(await server({ MINE: "coffer:dev/NONE" }, desk.home), /NONE/);
  });

  it("fills process.env from the trusted project before the program begins, from any folder of it", async () => {
    await desk.must(["trust", "app"]);
    for (const folder of [at("app"), at("app/deep")]) {
      const { code, stdout, stderr } = await server({ DB_URL: "from-outside", COFFER_TIMEOUT: "20" }, folder);
      expect({ code, stderr, seen: JSON.parse(stdout) }).toEqual({ code: 0, stderr: "", seen: SEEN });
    }
  });

  it("gives what exec gives", async () => {
    await desk.must(["trust", "app"]);
    const env = { MINE: "mine", DB_URL: "from-outside", COFFER_PASSPHRASE: "canary-words" };
    const started = await desk.coffer(["exec", "--", process.execPath, "server.cjs"], { cwd: at("app"), env });
    expect((await server(env)).stdout).toBe(started.stdout);
  });

  it("takes variables where there is no project, and hands none of them on", async () => {
    const outside = { COFFER_NAMESPACE: "other", COFFER_STORE: `folder:${at(".local/share/coffer/vault")}` };
    const { code, stdout } = await server(outside, desk.home);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ ...SEEN, DB_URL: "canary-other", TOKEN: null });
  });

  it("leaves a project alone that is not trusted, as exec does, where variables say what is meant", async () => {
    const { code, stderr, stdout } = await server({ COFFER_NAMESPACE: "other" });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `coffer: there is a coffer.toml at ${at("app")} that is not trusted: see it, then \`coffer trust\`\n`,
    });
    expect(JSON.parse(stdout)).toMatchObject({ DB_URL: "canary-other" });
  });

  it.each<[string, string]>([
    ["app/server.mjs", `import "coffer/env";\n${PRINT}`],
    ["app/beside.mjs", 'import "coffer/env";\nimport "./server.cjs";\n'],
    ["app/required.cjs", `require("coffer/env");\n${PRINT}`],
    ["app/await.cjs", `import("coffer/env").then(() => {\n${PRINT}});`],
    ["app/await.mjs", `await import("coffer/env");\n${PRINT}`],
  ])("works in %s as well, by an import of its own", async (name, text) => {
    await desk.must(["trust", "app"]);
    writeFileSync(at(name), text);
    const { stdout, stderr } = await node([at(name)]);
    expect({ stderr, seen: JSON.parse(stdout) }).toEqual({ stderr: "", seen: SEEN });
    await desk.must(["trust", "app", "--remove"]);
    expectRefused(await node([at(name)]), /nothing says which secrets/);
  });

  it("is done once for a program: its threads and forks have what it has", async () => {
    const script = `
      const { Worker, isMainThread } = require("node:worker_threads");
      const { fork } = require("node:child_process");
      console.log(JSON.stringify([process.env.DB_URL, process.env.MINE]));
      if (isMainThread && process.argv[2] === undefined) {
        process.env.MINE = "of the parent";
        new Worker(__filename).once("exit", () => fork(__filename, ["fork"]));
      }`;
    writeFileSync(at("app/family.cjs"), script);
    for (const flags of [
      ["--import", "coffer/env"],
      ["--import=coffer/env"],
      ["--import", "../node_modules/coffer/dist/env.js"],
    ]) {
      // The project says other secrets: who read again, without the variable, would have these.
      const { code, stdout, stderr } = await node([...flags, "family.cjs"], { COFFER_NAMESPACE: "other" });
      expect({ code, stderr: stderr.match(/error/) }).toEqual({ code: 0, stderr: null });
      expect(stdout).toBe(
        '["canary-other",null]\n["canary-other","of the parent"]\n["canary-other","of the parent"]\n',
      );
    }
  });

  describe("starts nothing", () => {
    it("where neither a trusted project nor a variable says anything", async () => {
      expectRefused(await server(), /nothing says which secrets .* not trusted/);
      expectRefused(await server({ COFFER_KEY: "key-file:/none" }, desk.home), /there is no coffer.toml here or above/);
    });

    it("where the project has changed since it was trusted", async () => {
      await desk.must(["trust", "app"]);
      writeFileSync(at("app/coffer.toml"), 'exec = ["other/"]\n');
      expectRefused(await server(), /changed since you trusted it/);
      expectRefused(await server({ COFFER_NAMESPACE: "other" }), /changed since you trusted it/);
    });

    it("where a name is missing that the project needs", async () => {
      writeFileSync(at("app/coffer.toml"), 'exec = ["dev/"]\nnames = ["DB_URL", "GONE"]\n');
      await desk.must(["trust", "app"]);
      expectRefused(await server(), /the program needs GONE/);
    });

    it("where a name could run code in the program", async () => {
      await desk.must(["put", "dev/NODE_OPTIONS"], { stdin: "--require=./canary.cjs" });
      expectRefused(await server({ COFFER_NAMESPACE: "dev" }, desk.home), /NODE_OPTIONS \(able to run code/);
    });

    it("where there is no store, or nothing in the namespace", async () => {
      expectRefused(await server({ COFFER_STORE: `folder:${at("none")}` }, desk.home), /there is no store/);
      expectRefused(await server({ COFFER_NAMESPACE: "none" }, desk.home), /nothing was ever written to none\//);
    });

    it("where there is no home, and nothing says where the store is", async () => {
      const { HOME, ...env } = desk.env({ COFFER_NAMESPACE: "dev" });
      const line = `cd "${at("app")}" && unset HOME && exec "$0" --import coffer/env server.cjs`;
      expect(HOME).toBe(desk.home);
      expectRefused(await desk.run("sh", ["-c", line, process.execPath], { env }), /there is no home to look in/);
    });

    it("where what is stored was changed behind its back", async () => {
      const heads = at(".local/share/coffer/vault/_heads");
      const files = readdirSync(heads, { recursive: true, encoding: "utf8" }).map((name) => join(heads, name));
      for (const file of files.filter((path) => statSync(path).isFile() && statSync(path).size > 0)) {
        const bytes = readFileSync(file);
        bytes[bytes.length - 10] = (bytes[bytes.length - 10] ?? 0) ^ 1;
        writeFileSync(file, bytes);
      }
      expectRefused(await server({ COFFER_NAMESPACE: "dev" }, desk.home), /heads\/dev/);
    });
  });

  it("takes a passphrase from its variable or file, and asks nobody", async () => {
    const settings = { COFFER_STORE: "folder:./by-words", COFFER_KEY: "passphrase:", COFFER_NAMESPACE: "dev" };
    const words = { COFFER_PASSPHRASE: "canary-words" };
    await desk.must(["init"], { env: { ...settings, ...words } });
    await desk.must(["put", "dev/DB_URL", "canary-words-db"], { env: { ...settings, ...words } });
    const file = { COFFER_PASSPHRASE_FILE: desk.file("words", "canary-words\n") };
    for (const given of [words, file]) {
      const { stdout, stderr } = await server({ ...settings, ...given }, desk.home);
      expect({ stderr, seen: JSON.parse(stdout) }).toEqual({
        stderr: "",
        seen: { ...SEEN, DB_URL: "canary-words-db", TOKEN: null },
      });
    }
    expectRefused(await server(settings, desk.home), /a passphrase is needed, and nobody is asked/);
    expectRefused(await server({ ...settings, COFFER_PASSPHRASE: "canary" }, desk.home), /passphrase/);
  });
});
