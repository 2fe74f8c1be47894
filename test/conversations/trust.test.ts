import { cpSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Desk, scrub } from "./desk.js";

const PROJECT = 'profile = "team"\nnamespace = "dev"\nexec = ["dev/", "dev/billing/"]\nnames = ["DB_URL"]\n';

describe("a project file", () => {
  let desk: Desk;
  const desks: Desk[] = [];
  const at = (...parts: readonly string[]): string => join(desk.home, ...parts);
  /** In the project's own folder, unless another is named. */
  const coffer = async (args: readonly string[], cwd = at("app")): Promise<{ code: number | null; out: string }> => {
    const { code, stdout, stderr } = await desk.coffer(args, { cwd });
    return { code, out: scrub(stdout + stderr, desk) };
  };
  // Made once, and copied for each test: only the profile knows where it is.
  const first = new Desk();
  desks.push(first);
  beforeAll(async () => {
    mkdirSync(join(first.home, "app/src/deep"), { recursive: true });
    writeFileSync(join(first.home, "app/coffer.toml"), PROJECT);
    await first.must(["init"]);
    await first.must(["put", "DB_URL", "mine"]);
    await first.must(["init", "-p", "team", "-s", "folder:./team", "-k", "key-file:./team.key"]);
    await first.must(["put", "dev/DB_URL", "theirs", "-p", "team"]);
    await first.must(["put", "dev/billing/TOKEN", "t", "-p", "team"]);
  });
  beforeEach(() => {
    desk = new Desk();
    desks.push(desk);
    cpSync(first.home, desk.home, { recursive: true });
    const config = at(".config/coffer/config.toml");
    writeFileSync(config, readFileSync(config, "utf8").replaceAll(first.home, desk.home));
  });
  afterAll(() => {
    for (const each of desks) each.clear();
  });

  it("does not count before it is trusted, and says so in one line", async () => {
    const note = "coffer: there is a coffer.toml at ~/app that is not trusted: see it, then `coffer trust`\n";
    expect(await coffer(["get", "DB_URL"])).toEqual({ code: 0, out: `mine${note}` });
    expect(await coffer(["get", "DB_URL"], at("app/src/deep"))).toEqual({ code: 0, out: `mine${note}` });
    expect(await coffer(["get", "DB_URL", "-q"])).toEqual({ code: 0, out: "mine" });
    expect(await coffer(["get", "DB_URL"], desk.home)).toEqual({ code: 0, out: "mine" });
    expect(await coffer(["exec", "-q", "--", "sh", "-c", "echo $DB_URL $TOKEN"])).toEqual({ code: 0, out: "mine\n" });
    expect((await coffer(["help"])).out).not.toContain("coffer.toml at");
  });

  it("once trusted says the profile, the namespace, and what exec takes", async () => {
    expect(await coffer(["trust"], at("app/src"))).toEqual({
      code: 0,
      out:
        "profile    team\nnamespace  dev/\nexec       dev/ dev/billing/\nnames      DB_URL\n" +
        "coffer: ~/app/coffer.toml is trusted as it is now\n",
    });
    expect(await coffer(["get", "DB_URL"], at("app/src/deep"))).toEqual({ code: 0, out: "theirs" });
    expect(await coffer(["exec", "--", "sh", "-c", "echo $DB_URL $TOKEN"])).toEqual({ code: 0, out: "theirs t\n" });
    expect(await coffer(["get", "/DB_URL", "-p", "team"])).toMatchObject({ code: 3 });
    expect(await coffer(["get", "DB_URL"], desk.home)).toEqual({ code: 0, out: "mine" });
    expect((await coffer(["config", "show", "--origin"])).out).toMatch(/namespace +dev +~\/app\/coffer.toml\n/);
    expect((await coffer(["config", "show", "--origin"])).out).toMatch(/profile +team +~\/app\/coffer.toml\n/);
  });

  it("gives way to flags and variables", async () => {
    await coffer(["trust"]);
    await desk.must(["put", "other/X", "x", "-p", "team"]);
    const env = ["exec", "--only", "X", "--", "sh", "-c", "echo $X"];
    expect(await coffer(["get", "X", "-N", "other"])).toEqual({ code: 0, out: "x" });
    expect(await coffer([...env.slice(0, 1), "-N", "other", ...env.slice(1)])).toEqual({ code: 0, out: "x\n" });
    expect(await coffer(["exec", "other/", ...env.slice(1)])).toEqual({ code: 0, out: "x\n" });
    expect((await desk.coffer(["list"], { cwd: at("app"), env: { COFFER_NAMESPACE: "other" } })).stdout).toBe(
      "other/X\n",
    );
    await desk.must(["profile", "add", "own"]);
    expect(await coffer(["get", "/DB_URL", "-p", "own"])).toEqual({ code: 0, out: "mine" });
  });

  it("names that are missing keep the program from starting", async () => {
    writeFileSync(at("app/coffer.toml"), `${PROJECT.replace('"DB_URL"', '"DB_URL", "GONE", "LOST"')}`);
    await coffer(["trust"]);
    expect(await coffer(["exec", "--", "touch", "started"])).toEqual({
      code: 125,
      out:
        "coffer: error: the program needs GONE, LOST, as ~/app/coffer.toml says\n" +
        "coffer: hint: store it with `coffer put`, name the namespace that has it, or choose with --only\n",
    });
    expect(await coffer(["exec", "--only", "DB_URL", "--", "sh", "-c", "ls; echo $DB_URL"])).toEqual({
      code: 0,
      out: "coffer.toml\nsrc\ntheirs\n",
    });
  });

  it("after an edit nothing goes on until one has looked", async () => {
    await coffer(["trust"]);
    writeFileSync(at("app/coffer.toml"), PROJECT.replace("team", "prod"));
    const refused = {
      code: 5,
      out:
        "coffer: error: ~/app/coffer.toml has changed since you trusted it\n" +
        "coffer: hint: see what it says now, then `coffer trust`; or `coffer trust --remove`, to go on without it\n",
    };
    expect(await coffer(["get", "DB_URL"])).toEqual(refused);
    expect(await coffer(["exec", "--", "true"])).toEqual({ ...refused, code: 125 });
    expect(await coffer(["trust", "--remove"])).toEqual({
      code: 0,
      out: "coffer: ~/app/coffer.toml is trusted no longer\n",
    });
    expect(await coffer(["get", "DB_URL", "-q"])).toEqual({ code: 0, out: "mine" });
    expect((await coffer(["trust", "--remove"])).code).toBe(3);
    expect((await coffer(["trust"])).code).toBe(0);
    expect(await coffer(["get", "DB_URL"])).toEqual({
      code: 3,
      out:
        "coffer: error: there is no profile prod, which ~/app/coffer.toml names\n" +
        "coffer: hint: make one of your own: coffer profile add prod; or name another with -p\n",
    });
    writeFileSync(at("app/coffer.toml"), PROJECT);
    expect(await coffer(["get", "DB_URL"])).toMatchObject({ code: 5 });
  });

  it("is trusted where it is, and nowhere else", async () => {
    await coffer(["trust"]);
    renameSync(at("app"), at("moved"));
    expect((await coffer(["get", "DB_URL"], at("moved"))).out).toContain("that is not trusted");
    mkdirSync(at("app"));
    writeFileSync(at("app/coffer.toml"), PROJECT);
    expect(await coffer(["get", "DB_URL"])).toEqual({ code: 0, out: "theirs" });
    symlinkSync(at("app"), at("alias"));
    expect(await coffer(["get", "DB_URL"], at("alias"))).toEqual({ code: 0, out: "theirs" });
    expect((await coffer(["trust", at("alias"), "--remove"])).code).toBe(0);
    expect((await coffer(["get", "DB_URL"])).out).toContain("that is not trusted");
  });

  it("can be forgotten after it is gone", async () => {
    await coffer(["trust"]);
    renameSync(at("app/coffer.toml"), at("app/away"));
    expect((await coffer(["trust", "--remove"])).code).toBe(0);
    renameSync(at("app/away"), at("app/coffer.toml"));
    expect((await coffer(["get", "DB_URL"])).out).toContain("that is not trusted");
  });

  it("of two the nearer counts, trusted or not", async () => {
    await coffer(["trust"]);
    writeFileSync(at("app/src/coffer.toml"), 'namespace = "dev/billing"\n');
    expect(await coffer(["get", "DB_URL"], at("app/src"))).toMatchObject({
      code: 0,
      out: expect.stringContaining("mine"),
    });
  });

  it.each([
    ["store", 'store = "folder:/evil"'],
    ["key", 'key = "key-file:/evil"'],
    ["region", 'region = "x"'],
    ["role_arn", 'role_arn = "x"'],
    ["endpoint", 'endpoint = "http://evil"'],
    ["profiles", '[profiles.team]\nstore = "folder:/evil"'],
  ])(
    "of a clone that says where, with %s: is no error untrusted, and cannot be trusted or named",
    async (key, line) => {
      writeFileSync(at("app/coffer.toml"), `namespace = "dev"\n${line}\n`);
      expect(await coffer(["get", "DB_URL", "-q"])).toEqual({ code: 0, out: "mine" });
      for (const args of [["trust"], ["get", "DB_URL", "--project", "coffer.toml"]]) {
        const { code, out } = await coffer(args);
        expect(code).toBe(1);
        expect(out).toContain(`coffer.toml:2:1: unknown key "${key}"`);
      }
      expect(await coffer(["get", "DB_URL", "-q"])).toEqual({ code: 0, out: "mine" });
    },
  );

  it("that is a symbolic link is not followed", async () => {
    const elsewhere = desk.file("elsewhere", PROJECT);
    await coffer(["trust"]);
    renameSync(at("app/coffer.toml"), at("app/away"));
    symlinkSync(elsewhere, at("app/coffer.toml"));
    expect((await coffer(["get", "DB_URL"])).code).toBe(5);
    await coffer(["trust", "--remove"]);
    expect(await coffer(["get", "DB_URL"])).toEqual({
      code: 0,
      out: "minecoffer: there is a coffer.toml at ~/app that is a symbolic link, and is not used\n",
    });
    expect(await coffer(["trust"])).toMatchObject({ code: 1, out: expect.stringContaining("is a symbolic link") });
    expect(await coffer(["get", "DB_URL", "--project", "coffer.toml"])).toEqual({ code: 0, out: "theirs" });
  });

  it.each([
    ["too long", "#".repeat(65_537), "that is longer than 65536 bytes"],
    ["not UTF-8", Buffer.from([0xff]), "is not UTF-8"],
    ["no TOML", 'a = "s3cret-CANARY', "coffer.toml:1:5: this is no TOML"],
  ])("that is %s stops nobody, and is not trusted", async (_what, content, fault) => {
    writeFileSync(at("app/coffer.toml"), content);
    expect(await coffer(["get", "DB_URL", "-q"])).toEqual({ code: 0, out: "mine" });
    const { code, out } = await coffer(["trust"]);
    expect(code).toBe(1);
    expect(out).toContain(fault);
    expect(out).not.toContain("CANARY");
  });

  it("that is a folder or a pipe is none", async () => {
    renameSync(at("app/coffer.toml"), at("app/away"));
    mkdirSync(at("app/coffer.toml"));
    expect(await coffer(["get", "DB_URL"])).toEqual({ code: 0, out: "mine" });
    const { stdout } = await desk.shell("rmdir app/coffer.toml; mkfifo app/coffer.toml; cd app; coffer get DB_URL");
    expect(stdout).toBe("mine");
  });

  it("named with --project counts untrusted, for this command", async () => {
    expect(await coffer(["get", "DB_URL", "--project", "../app/coffer.toml"])).toEqual({ code: 0, out: "theirs" });
    expect(await coffer(["get", "DB_URL", "--project", "/dev/null"])).toEqual({ code: 0, out: "mine" });
    expect((await coffer(["get", "DB_URL", "--project", "gone"])).code).toBe(3);
    expect((await coffer(["trust", "--project", "coffer.toml"])).code).toBe(2);
  });

  it("is told in JSON", async () => {
    const told = await desk.coffer(["trust", "app", "--json", "-q"]);
    expect(JSON.parse(told.stdout)).toEqual({
      file: at("app/coffer.toml"),
      trusted: true,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      profile: "team",
      namespace: "dev",
      exec: ["dev", "dev/billing"],
      names: ["DB_URL"],
    });
    expect(await desk.json(["trust", "app", "--remove", "-q"])).toEqual({
      file: at("app/coffer.toml"),
      trusted: false,
    });
  });

  it("trust without a file, a home or a place to keep it: two lines, nothing trusted", async () => {
    expect(await coffer(["trust"], desk.home)).toEqual({
      code: 3,
      out: "coffer: error: there is no coffer.toml here or above\ncoffer: hint: usage: coffer trust [DIR]\n",
    });
    expect((await coffer(["trust", "nowhere"])).code).toBe(3);
    expect(await desk.coffer(["trust", "app"], { env: { HOME: "" } })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("hint: set HOME, or name the file with --project"),
    });
    const env = { XDG_STATE_HOME: join(desk.file("plain-file", ""), "below") };
    const { code, stderr } = await desk.coffer(["trust", "app"], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^coffer: error: what is trusted is kept in .*\(ENOTDIR\)\ncoffer: hint: nothing was changed;.*\n$/,
    );
  });
});
