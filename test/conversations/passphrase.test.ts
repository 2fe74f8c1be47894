import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COFFER, Desk } from "./desk.js";

const WORDS = "correct horse CANARY staple";
const KEY = ["-k", "passphrase:"];

describe("a passphrase as the master key", () => {
  const desk = new Desk();
  const given = { COFFER_PASSPHRASE: WORDS };

  beforeAll(async () => {
    await desk.must(["init", "-q", ...KEY]);
    await desk.must(["put", "-q", "prod/A", "one", ...KEY], { env: given });
  });
  afterAll(() => desk.clear());

  it("comes from a variable, or from a file without its line end", async () => {
    expect(await desk.must(["get", "prod/A", ...KEY], { env: given })).toBe("one");
    const file = desk.file("words", `${WORDS}\n`);
    expect(await desk.must(["get", "prod/A", ...KEY], { env: { COFFER_PASSPHRASE_FILE: file } })).toBe("one");
  });

  it("is asked for at the terminal, once where something is sealed under it, and not shown", async () => {
    const { code, stdout } = await desk.terminal("coffer get prod/A -k passphrase: -n", [
      ["passphrase:", `${WORDS}\n`],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^passphrase: \r\none$/);
  });

  it("is asked for at the terminal itself while stdin is data", async () => {
    const script = "printf two | coffer put prod/B -k passphrase: -q; coffer get prod/B -k passphrase: -n";
    const { stdout } = await desk.terminal(script, [
      ["passphrase:", `${WORDS}\n`],
      ["passphrase:", `${WORDS}\n`],
    ]);
    expect(stdout).toMatch(/two$/);
    expect(stdout).not.toContain("CANARY");
  });

  it("is asked for twice where it is new", async () => {
    const typed = [
      ["new passphrase:", "fresh\n"],
      ["once more:", "fresh\n"],
    ] as const;
    const own = "-s folder:~/other -k passphrase:";
    const { code } = await desk.terminal(`coffer init -q ${own}; coffer put -q x/A v ${own}`, typed);
    expect(code).toBe(0);
    const env = { COFFER_PASSPHRASE: "fresh" };
    expect(await desk.must(["get", "x/A", "-s", "folder:~/other", ...KEY], { env })).toBe("v");
  });

  it("that is wrong is exit 5, and changes nothing", async () => {
    const { code, stderr } = await desk.coffer(["put", "prod/A", "x", ...KEY], { env: { COFFER_PASSPHRASE: "wrong" } });
    expect(code).toBe(5);
    expect(stderr).toMatch(/^coffer: error: the passphrase is not the one .*\ncoffer: hint: .*\n$/);
    expect(await desk.must(["get", "prod/A", ...KEY], { env: given })).toBe("one");
  });

  it("is needed: exit 2 and two lines where there is nobody to ask, or it is empty", async () => {
    for (const env of [{}, { COFFER_PASSPHRASE_FILE: desk.file("empty", "\n") }]) {
      const { code, stderr } = await desk.run("setsid", [
        "-w",
        "env",
        ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
        process.execPath,
        COFFER,
        "get",
        "prod/A",
        ...KEY,
      ]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^coffer: error: (a passphrase is needed|the passphrase is empty)/);
    }
  });

  it("is not needed to list, and never reaches the program that exec starts, nor any output", async () => {
    expect(await desk.must(["list", ...KEY])).toContain("prod/A");
    const { stdout, stderr } = await desk.coffer(["exec", "prod/", "-v", ...KEY, "--", "env"], { env: given });
    expect(stdout).toContain("A=one");
    expect(stdout + stderr).not.toContain("CANARY");
  });
});

describe("a profile that also wraps", () => {
  const desk = new Desk();
  afterAll(() => desk.clear());

  it("lets the second key open what the first one sealed, and nobody write for one of them alone", async () => {
    const keys = (name: string): string => `key-file:${desk.home}/${name}`;
    await desk.must(["init", "-q", "-s", "folder:./spare", "-k", keys("safe.key")]);
    await desk.must(["init", "-q", "-p", "team", "-s", "folder:./team", "-k", keys("team.key")]);
    const settings = ["-s", "folder:./team", "-k", keys("team.key"), "--also-wrap", keys("safe.key")];
    await desk.must(["profile", "remove", "team", "-y"]);
    await desk.must(["profile", "add", "team", ...settings]);
    await desk.must(["put", "-q", "-p", "team", "prod/A", "one"]);
    const safe = ["-s", "folder:./team", "-k", keys("safe.key")];
    expect(await desk.must(["get", "prod/A", ...safe])).toBe("one");
    const alone = await desk.coffer(["put", "prod/A", "two", ...safe]);
    expect(alone.code).toBe(4);
    expect(alone.stderr).toContain("also_wrap");
  });
});
