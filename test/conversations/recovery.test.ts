// The drill: the master key is gone, and the recovery key is in the safe. And: one master key takes another's place.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Desk, type Result, scrub } from "./desk.js";

const desks: Desk[] = [];
const sit = (): Desk => {
  const desk = new Desk();
  desks.push(desk);
  return desk;
};
afterAll(() => {
  for (const desk of desks) desk.clear();
});

const CONFIG = ".config/coffer/config.toml";
const LARGE = "L".repeat(5000);
const BYTES = Uint8Array.of(0, 255, 10, 13);
const AT_NEW_KEY = ["-s", "folder:./store", "-k", "key-file:./new.key"];

/** A desk with a store, a profile for it and its recovery key in a file; of every kind of secret one. */
async function prepare(): Promise<Desk> {
  const desk = sit();
  const identity = await desk.must([
    "init",
    "-p",
    "team",
    "-s",
    "folder:./store",
    "-k",
    "key-file:./team.key",
    "--recovery",
  ]);
  desk.file("recovery.txt", identity);
  const put = (args: readonly string[], stdin?: string | Uint8Array) =>
    desk.must(["put", "-p", "team", "-q", ...args], stdin === undefined ? {} : { stdin });
  await put(["prod/A", "a1"]);
  await put(["prod/A", "a2"]);
  await put(["prod/A", "a3", "--stage", "next"]);
  await put(["prod/CTX", "c", "-c", "env=prod"]);
  await put(["prod/OWN", "o", "--own-key"]);
  await put(["prod/BYTES"], BYTES);
  await put(["prod/LARGE"], LARGE);
  return desk;
}

/** The same store and recovery key where nothing was ever read of it. */
function elsewhere(from: Desk): Desk {
  const desk = sit();
  cpSync(join(from.home, "store"), join(desk.home, "store"), { recursive: true });
  desk.file("recovery.txt", readFileSync(join(from.home, "recovery.txt")));
  return desk;
}

const headOf = async (desk: Desk): Promise<string> => {
  const [, id = ""] =
    /"commit":"(c[0-9a-f]{64})"/.exec(await desk.must(["log", "prod/", "-p", "team", "--limit", "1", "--json"])) ?? [];
  return id;
};

async function expectAll(desk: Desk, where: readonly string[]): Promise<void> {
  const get = (...args: string[]): Promise<string> => desk.must(["get", ...args, ...where]);
  expect(await get("prod/A")).toBe("a2");
  expect(await get("prod/A", "--version", "1")).toBe("a1");
  expect(await get("prod/A", "--stage", "next")).toBe("a3");
  expect(await get("prod/CTX", "-c", "env=prod")).toBe("c");
  expect(await get("prod/CTX", "-c", "env=prod", "--version", "1")).toBe("c");
  expect(await get("prod/OWN")).toBe("o");
  expect(await get("prod/LARGE", "--version", "1")).toBe(LARGE);
  expect((await desk.coffer(["get", "prod/BYTES", "--force", ...where])).bytes).toEqual(Buffer.from(BYTES));
  expect((await desk.must(["history", "prod/A", ...where])).split("\n").filter(Boolean)).toHaveLength(3);
  expect(await desk.must(["verify", ...where])).toMatch(/^ok {2}prod\/ /);
}

const said = ({ code, stdout, stderr }: Result, desk: Desk): string =>
  `${code} ${scrub(stdout + stderr, desk)
    .replace(/key-file:[A-Za-z0-9_-]{22}\b/g, "KEY-ID")
    .replace(/age1[a-z0-9]{58}/g, "RECIPIENT")}`;

describe.concurrent("the drill", () => {
  it("the key file is gone, and everything comes back under a new one", async () => {
    const desk = await prepare();
    rmSync(join(desk.home, "team.key"));
    expect(said(await desk.coffer(["get", "prod/A", "-p", "team"]), desk)).toMatch(/^3 .*is not there/);
    const recover = ["recover", "prod/", "-p", "team", "--identity", "recovery.txt", "--to", "key-file:./new.key"];
    expect(said(await desk.coffer(recover), desk)).toBe(
      '5 coffer: error: the context of "prod/CTX" version 1 (env) is not given, or is another\n' +
        "coffer: hint: nothing was changed; give the pairs with -c NAME=VALUE or --contexts FILE, or leave these as they are with --skip-context\n",
    );
    desk.file("contexts", "env=prod\n");
    expect(said(await desk.coffer([...recover, "--contexts", "contexts"]), desk)).toBe(
      "0 coffer: made the master key key-file:~/new.key\n" +
        "coffer: back this key up now: whoever loses it loses the secrets\n" +
        "coffer: new keys for prod/, 6 values sealed anew (commit COMMIT)\n" +
        "coffer: prod/ has 7 older commits with other wrappings now\n" +
        "coffer: prod/ opens by KEY-ID as well\n" +
        "coffer: what is put into prod/ opens no longer by KEY-ID\n" +
        "coffer: the profile team still names key-file:~/team.key: remove it (coffer profile remove team) and make it anew (coffer init -p team --recovery, with -s and -k key-file:~/new.key)\n",
    );
    rmSync(join(desk.home, "recovery.txt"));
    await expectAll(desk, AT_NEW_KEY);
  });

  it("the new key is made once all is proven, and said so", async () => {
    const desk = await prepare();
    const other = elsewhere(desk);
    const recover = ["recover", "prod/", ...AT_NEW_KEY, "--identity", "recovery.txt", "-c", "env=prod"];
    const refused = await other.coffer(recover);
    expect(refused.code).toBe(5);
    expect(existsSync(join(other.home, "new.key"))).toBe(false);
    const { code, stderr } = await other.coffer([...recover, "--accept-unproven"]);
    expect([code, stderr]).toEqual([0, expect.stringContaining("made the master key")]);
  });

  it("on a machine that has never read it, the head's id or a decision is needed", async () => {
    const desk = await prepare();
    const head = await headOf(desk);
    const recover = ["recover", "prod/", ...AT_NEW_KEY, "--identity", "recovery.txt", "-c", "env=prod"];
    const other = elsewhere(desk);
    const before = readdirSync(join(other.home, "store"), { recursive: true });
    expect(said(await other.coffer(recover), other)).toBe(
      "5 coffer: error: nothing shows that prod/ is what was written: no commit of it is known here, and anybody can wrap keys for a recovery key; its head is COMMIT\n" +
        "coffer: hint: compare this id with `coffer log --json` of somebody who has read it, or with your notes, and give it: --head ID; --accept-unproven takes it as it is\n",
    );
    expect(readdirSync(join(other.home, "store"), { recursive: true })).toEqual(before);
    await other.must([...recover, "--head", head]);
    const pinned = elsewhere(desk);
    await pinned.must(recover, { env: { COFFER_MIN_HEAD: `7:${head}` } });
    for (const one of [other, pinned]) expect(await one.must(["get", "prod/A", ...AT_NEW_KEY])).toBe("a2");
  });

  it("another's store that is wrapped for the recovery key is refused", async () => {
    const desk = await prepare();
    const config = readFileSync(join(desk.home, CONFIG), "utf8");
    const [recipient = ""] = /age:age1[a-z0-9]+/.exec(config) ?? [];
    const stranger = sit();
    await stranger.must(["init", "-s", "folder:./store", "-k", "key-file:./theirs.key"]);
    // The same store's record: who can write the storage has it.
    cpSync(join(desk.home, "store/_coffer.json"), join(stranger.home, "store/_coffer.json"));
    await stranger.must([
      "profile",
      "add",
      "x",
      "-s",
      "folder:./store",
      "-k",
      "key-file:./theirs.key",
      "--also-wrap",
      recipient,
    ]);
    for (let number = 1; number <= 8; number++)
      await stranger.must(["put", "-p", "x", "-q", "prod/A", `forged ${number}`]);
    rmSync(join(desk.home, "store"), { recursive: true });
    cpSync(join(stranger.home, "store"), join(desk.home, "store"), { recursive: true });
    rmSync(join(desk.home, "team.key"));
    const recover = ["recover", "prod/", "-p", "team", "--identity", "recovery.txt", "--to", "key-file:./new.key"];
    const { code, stderr } = await desk.coffer(recover);
    expect([code, stderr]).toEqual([6, expect.stringContaining("prod/ ")]);
    expect(existsSync(join(desk.home, "new.key"))).toBe(false);
  });

  it("the wrong identity, none, or one that others can read opens nothing, and is never repeated", async () => {
    const desk = await prepare();
    const canary = "AGE-SECRET-KEY-1CANARYCANARY";
    const other = await sit().must(["init", "-p", "x", "-s", "folder:./s", "-k", "key-file:./k", "--recovery"]);
    const [secret = ""] = /AGE-SECRET-KEY-1\w+/.exec(other) ?? [];
    desk.file("wrong.txt", other);
    desk.file("canary.txt", `${canary}\n`);
    desk.file("open.txt", other, 0o644);
    const recover = ["recover", "prod/", "-p", "team", "--to", "key-file:./new.key", "-v"];
    const env = { RECOVERY: secret };
    for (const [args, stdin, expected] of [
      [["--identity", "wrong.txt"], undefined, 5],
      [["--identity", "-"], other, 5],
      [["--identity", "canary.txt"], undefined, 1],
      [["--identity", "-"], canary, 1],
      [["--identity", "open.txt"], undefined, 5],
      [["--identity", "none.txt"], undefined, 3],
      [[], undefined, 2],
      [["--identity", canary], undefined, 3],
    ] as const) {
      const { code, stdout, stderr } = await desk.coffer(
        [...recover, ...args],
        stdin === undefined ? { env } : { env, stdin },
      );
      expect([code, stdout], `${args}`).toEqual([expected, ""]);
      expect(stderr).not.toContain(secret);
      if (args[1] !== canary) expect(stderr).not.toContain("CANARY");
    }
    expect(existsSync(join(desk.home, "new.key"))).toBe(false);
  });

  it("--json says what has become of each namespace", async () => {
    const desk = await prepare();
    await desk.must(["put", "-p", "team", "-q", "test/B", "b"]);
    const args = [
      "recover",
      "--all",
      "-p",
      "team",
      "--identity",
      "recovery.txt",
      "--to",
      "key-file:./new.key",
      "-c",
      "env=prod",
    ];
    const { namespaces, dryRun } = (await desk.json(args)) as {
      namespaces: Record<string, unknown>[];
      dryRun: boolean;
    };
    expect(dryRun).toBe(false);
    expect(
      namespaces.map(({ namespace, begun, resealed, closed, left }) => [namespace, begun, resealed, closed, left]),
    ).toEqual([
      ["prod", true, 6, 0, []],
      ["test", true, 1, 0, []],
    ]);
    expect(namespaces[0]).toMatchObject({
      commit: expect.stringMatching(/^c/),
      sequence: 8,
      changed: [],
      dryRun: false,
    });
  });
});

describe.concurrent("init --recovery", () => {
  it("a conversation: shown once, written into the profile, and not made twice", async () => {
    const desk = sit();
    const args = ["init", "-p", "team", "-s", "folder:./store", "-k", "key-file:./team.key", "--recovery"];
    const { code, stdout, stderr } = await desk.coffer(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^# recovery key of the Coffer store \S{22}\n# made \S+Z\n# public key: age1[a-z0-9]{58}\nAGE-SECRET-KEY-1[A-Z0-9]{58}\n$/,
    );
    expect(stderr).not.toContain("AGE-SECRET-KEY");
    const [, recipient = ""] = /public key: (\S+)/.exec(stdout) ?? [];
    expect(readFileSync(join(desk.home, CONFIG), "utf8")).toContain(`also_wrap = ["age:${recipient}"]\n`);
    expect(said(await desk.coffer(args), desk)).toBe(
      "0 coffer: nothing to do: there is a store at folder:~/store already, its id is STORE\n" +
        "coffer: the profile team has a recovery key already, age:RECIPIENT\n",
    );
    expect(await desk.json(args)).toMatchObject({ created: false, recovery: null });
    for (const file of readdirSync(desk.home, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      expect(readFileSync(join(file.parentPath, file.name), "utf8")).not.toContain("AGE-SECRET-KEY");
    }
  });

  it("--json shows it as fields", async () => {
    const desk = sit();
    const made = await desk.json(["init", "-p", "team", "-s", "folder:./s", "-k", "key-file:./k", "--recovery"]);
    expect(made).toMatchObject({
      created: true,
      recovery: { recipient: expect.stringMatching(/^age1/), identity: expect.stringMatching(/^AGE-SECRET-KEY-1/) },
    });
  });

  it("without a profile makes nothing", async () => {
    const desk = sit();
    const { code } = await desk.coffer(["init", "-s", "folder:./store", "-k", "key-file:./team.key", "--recovery"]);
    expect(code).toBe(2);
    expect(readdirSync(desk.home)).toEqual([]);
  });

  it("of a store that holds something says how the rest is added, and that does", async () => {
    const desk = sit();
    await desk.must(["init", "-p", "team", "-s", "folder:./store", "-k", "key-file:./team.key"]);
    await desk.must(["put", "-p", "team", "-q", "prod/A", "a1"]);
    await desk.must(["put", "-p", "team", "-q", "prod/A", "a2"]);
    const { stdout, stderr } = await desk.coffer(["init", "-p", "team", "--recovery"]);
    desk.file("recovery.txt", stdout);
    const [, command = ""] = /this adds it: coffer (.*)\n/.exec(stderr) ?? [];
    expect(stderr).toContain("prod/: sealed before");
    expect((await desk.coffer(["put", "-p", "team", "prod/A", "a3"])).code).toBe(4);
    await desk.must(command.split(" "));
    await desk.must(["put", "-p", "team", "-q", "prod/A", "a3"]);
    rmSync(join(desk.home, "team.key"));
    await desk.must(["recover", "prod/", "-p", "team", "--identity", "recovery.txt", "--to", "key-file:./new.key"]);
    expect(await desk.must(["get", "prod/A", "--version", "1", ...AT_NEW_KEY])).toBe("a1");
  });

  it("goes beside a key that is wrapped for already", async () => {
    const desk = sit();
    await desk.must(["init", "-s", "folder:./s", "-k", "key-file:./k"]);
    await desk.must(["init", "-s", "folder:./s2", "-k", "key-file:./k2"]);
    await desk.must([
      "profile",
      "add",
      "team",
      "-s",
      "folder:./s",
      "-k",
      "key-file:./k",
      "--also-wrap",
      "key-file:./k2",
    ]);
    await desk.must(["init", "-p", "team", "--recovery"]);
    expect(readFileSync(join(desk.home, CONFIG), "utf8")).toMatch(/also_wrap = \["key-file:\S+k2", "age:age1\w+"\]\n/);
    await desk.must(["put", "-p", "team", "prod/A", "a"]);
  });

  it("a recovery key is no master key", async () => {
    const desk = sit();
    const stdout = await desk.must(["init", "-p", "x", "-s", "folder:./s", "-k", "key-file:./k", "--recovery"]);
    const [recipient = ""] = /age1\w+/.exec(stdout) ?? [];
    for (const args of [
      ["init", "-s", "folder:./t"],
      ["put", "prod/A", "v", "-s", "folder:./s"],
    ]) {
      const { code, stderr } = await desk.coffer([...args, "-k", `age:${recipient}`]);
      expect([code, stderr]).toEqual([2, expect.stringContaining("only has keys wrapped for it")]);
    }
    const { code } = await desk.coffer(["profile", "add", "y", "-s", "folder:./s", "--also-wrap", "age:age1nonsense"]);
    expect(code).toBe(2);
  });
});

describe.concurrent("rotate-key", () => {
  it("a conversation: rehearsed, done, and by age", async () => {
    const desk = await prepare();
    const rotate = async (...args: string[]): Promise<string> =>
      said(await desk.coffer(["rotate-key", "prod/", "-p", "team", ...args]), desk);
    expect(await rotate("--dry-run", "-c", "env=prod")).toBe(
      "0 coffer: would do, and has not: new keys for prod/, 6 values sealed anew (commit COMMIT)\n",
    );
    expect(await rotate("--older-than", "1d")).toBe("0 coffer: prod/ keeps its keys: they are young enough\n");
    expect(await rotate("--skip-context", "-m", "yearly")).toBe(
      "1 coffer: new keys for prod/, 5 values sealed anew (commit COMMIT)\n" +
        'coffer: error: left under the keys that they have: "prod/CTX" version 1 (env)\n' +
        "coffer: hint: repeat it with the context that is named in brackets: -c NAME=VALUE or --contexts FILE\n",
    );
    await expectAll(desk, ["-p", "team"]);
  });

  it("one key file takes the other's place, older versions and all", async () => {
    const desk = sit();
    const at = (key: string) => ["-s", "folder:./store", "-k", `key-file:./${key}.key`];
    await desk.must(["init", ...at("old")]);
    await desk.must(["init", "-s", "folder:./unused", "-k", "key-file:./new.key"]);
    for (const value of ["a1", "a2"]) await desk.must(["put", "-q", "prod/A", value, ...at("old")]);
    await desk.must(["put", "-q", "test/B", "b1", ...at("old")]);
    await desk.must(["rotate-key", "--all", "--new-key", "key-file:./new.key", ...at("old")]);
    expect(await desk.must(["get", "prod/A", "--version", "1", ...at("old")])).toBe("a1");
    expect(await desk.must(["get", "prod/A", "--version", "1", ...at("new")])).toBe("a1");
    const { code, stderr } = await desk.coffer(["put", "prod/A", "a3", ...at("new")]);
    expect([code, stderr]).toEqual([4, expect.stringContaining("coffer rotate-key prod/")]);
    await desk.must(["rotate-key", "--all", "--drop-key", "key-file:./old.key", ...at("new")]);
    rmSync(join(desk.home, "old.key"));
    expect(await desk.must(["get", "prod/A", "--version", "1", ...at("new")])).toBe("a1");
    expect(await desk.must(["get", "test/B", ...at("new")])).toBe("b1");
    await desk.must(["put", "-q", "prod/A", "a3", ...at("new")]);
    expect(await desk.must(["verify", "--all", ...at("new")])).toMatch(/^ok {2}prod\/.*\nok {2}test\//);
  });

  it("a key is dropped by its id, for the file may be gone", async () => {
    const desk = sit();
    const at = (key: string) => ["-s", "folder:./store", "-k", `key-file:./${key}.key`];
    await desk.must(["init", ...at("old")]);
    await desk.must(["init", "-s", "folder:./unused", "-k", "key-file:./new.key"]);
    await desk.must(["put", "-q", "prod/A", "a1", ...at("old")]);
    const done = (await desk.json(["rotate-key", "prod/", "--new-key", "key-file:./new.key", ...at("old")])) as {
      namespaces: { before: string[]; holders: string[] }[];
    };
    const [old = ""] = done.namespaces[0]?.before ?? [];
    expect(done.namespaces[0]?.holders).toHaveLength(2);
    rmSync(join(desk.home, "old.key"));
    await desk.must(["rotate-key", "prod/", "--drop-key", old, ...at("new")]);
    expect(await desk.must(["get", "prod/A", "--version", "1", ...at("new")])).toBe("a1");
  });

  it("writes nowhere where it would have to stop half-way", async () => {
    const desk = await prepare();
    await desk.must(["put", "-q", "-p", "team", "dev/A", "x"]);
    const { code } = await desk.coffer(["rotate-key", "--all", "-p", "team"]);
    expect(code).toBe(5);
    expect(await desk.must(["log", "dev/", "-p", "team"])).toMatch(/#1 /);
    expect(await desk.must(["log", "dev/", "-p", "team"])).not.toMatch(/#2 /);
  });

  it.each([
    [["rotate-key"], "no namespace is named"],
    [["rotate-key", "prod/", "--all"], "exclude each other"],
    [["rotate-key", "prod/", "--older-than", "soon"], "--older-than is no duration"],
    [["rotate-key", "prod/", "--new-key", "nonsense"], "no URL of a kind"],
    [["rotate-key", "prod/", "--new-key", "age:age1"], "age recipient"],
    [["recover", "--identity", "x"], "no namespace is named"],
    [["recover", "prod/", "test/", "--identity", "x", "--head", "c0"], "--head is the head of one namespace"],
    [["recover", "prod/", "--identity", "x", "--head", "c01234567"], "--head takes a commit id in full"],
    [["recover", "prod/", "--identity", "x", "--head", "c0", "--accept-unproven"], "exclude each other"],
    [["recover", "prod/", "--identity", "-", "--contexts", "-"], "cannot both be read from stdin"],
  ] as const)("%j: exit 2", async (args, message) => {
    const desk = sit();
    mkdirSync(join(desk.home, "x"), { recursive: true });
    const { code, stderr } = await desk.coffer([...args, "-s", "folder:./store", "-k", "key-file:./k"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it("of a namespace that is not there, or a store, finds nothing", async () => {
    const desk = sit();
    const at = ["-s", "folder:./store", "-k", "key-file:./k"];
    await desk.must(["init", "-s", "folder:./other", "-k", "key-file:./k"]);
    expect((await desk.coffer(["rotate-key", "prod/", ...at])).code).toBe(3);
    await desk.must(["init", ...at]);
    expect((await desk.coffer(["rotate-key", "prod/", ...at])).code).toBe(3);
    expect((await desk.coffer(["rotate-key", "--all", ...at])).code).toBe(0);
    writeFileSync(join(desk.home, "unused"), "");
  });
});
