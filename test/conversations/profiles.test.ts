import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { COFFER, Desk, scrub } from "./desk.js";

const CONFIG = ".config/coffer/config.toml";
const desks: Desk[] = [];
const sit = (): Desk => {
  const desk = new Desk();
  desks.push(desk);
  return desk;
};
afterAll(() => {
  for (const desk of desks) desk.clear();
});

const text = (desk: Desk): string => readFileSync(join(desk.home, CONFIG), "utf8");
const configure = (desk: Desk, content: string | Uint8Array): void => {
  mkdirSync(join(desk.home, ".config/coffer"), { recursive: true });
  writeFileSync(join(desk.home, CONFIG), content);
};
/** A desk with two stores, and a profile for each. */
const withTwo = async (): Promise<Desk> => {
  const desk = sit();
  for (const name of ["one", "two"]) {
    await desk.must(["init", "-p", name, "-s", `folder:./${name}`, "-k", `key-file:./${name}.key`]);
    await desk.must(["put", "A", name, "-p", name]);
  }
  return desk;
};

describe.concurrent("profiles", () => {
  it("a conversation: add, init, use, put, get, remove", async () => {
    const desk = sit();
    const say = async (args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await desk.coffer(args);
      return `${code} ${scrub(stdout + stderr, desk).replace(/(?<=id, )\S+/g, "ID")}`;
    };
    expect(
      await say(["profile", "add", "team", "-s", "folder:./team", "-k", "key-file:~/team.key", "-N", "prod"]),
    ).toBe(
      `0 coffer: made the profile team in ~/${CONFIG}\n` +
        "coffer: the store's id is not pinned: there is no store at folder:~/team yet; `coffer init -p team` pins it\n" +
        'coffer: the key\'s id is not pinned: the key file "~/team.key" is not there; `coffer init -p team` pins it\n',
    );
    expect(await say(["init", "-p", "team"])).toBe(
      "0 coffer: made a store at folder:~/team, its id is STORE\n" +
        "coffer: made the master key key-file:~/team.key\n" +
        "coffer: back this key up now: whoever loses it loses the secrets\n" +
        "coffer: the profile team pins the ids of the store and the key\n",
    );
    expect(await say(["init", "-p", "team"])).toBe(
      "0 coffer: nothing to do: there is a store at folder:~/team already, its id is STORE\n",
    );
    expect(await say(["profile", "use", "team"])).toBe(
      "0 coffer: the profile team counts from now on, where no other is named\n",
    );
    expect(await say(["put", "A", "v"])).toBe("0 coffer: prod/A is version 1 (commit COMMIT)\n");
    expect(await say(["get", "prod/A"])).toBe("0 v");
    expect(await say(["profile", "list"])).toBe("0 team\n");
    expect(await say(["profile", "list", "--long"])).toBe("0 team  in use  folder:~/team\n");
    expect(await say(["profile", "remove", "team"])).toBe(
      "0 coffer: removed the profile team; none is in use now; its store and key are as they were\n",
    );
    expect(text(desk)).toBe("");
    expect(await say(["profile", "add", "again", "-s", "folder:./team", "-k", "key-file:./team.key"])).toBe(
      `0 coffer: made the profile again in ~/${CONFIG}\n` +
        "coffer: pinned the store's id, ID\n" +
        "coffer: pinned the key's id, ID\n",
    );
    expect(await say(["get", "prod/A", "-p", "again"])).toBe("0 v");
  });

  it("the one that counts: flag, variable, then the one in use", async () => {
    const desk = await withTwo();
    expect((await desk.coffer(["get", "A"])).code).toBe(3);
    await desk.must(["profile", "use", "one"]);
    const env = { COFFER_PROFILE: "two" };
    expect(await desk.must(["get", "A"])).toBe("one");
    expect(await desk.must(["get", "A"], { env })).toBe("two");
    expect(await desk.must(["get", "A", "-p", "one"], { env })).toBe("one");
    expect(await desk.must(["get", "A"], { env: { COFFER_PROFILE: "" } })).toBe("one");
    expect(await desk.must(["profile", "show"], { env })).toContain("profile   two\n");
  });

  it("flags and variables win over a profile, setting by setting", async () => {
    const desk = await withTwo();
    const two = { COFFER_STORE: "folder:./two", COFFER_KEY: "key-file:./two.key" };
    expect(await desk.must(["get", "A", "-p", "one"], { env: two })).toBe("two");
    expect(await desk.must(["get", "A", "-p", "two", "-s", "folder:./one", "-k", "key-file:./one.key"])).toBe("one");
    expect((await desk.coffer(["get", "A", "-p", "one", "-k", "key-file:./two.key"])).code).toBe(5);
  });

  it("config show says what counts and where it comes from", async () => {
    const desk = await withTwo();
    await desk.must(["profile", "use", "one"]);
    const env = { COFFER_REGION: "eu-west-1" };
    const shown = scrub(await desk.must(["config", "show", "--origin", "-N", "dev"], { env }), desk);
    const rows = new Map(shown.split("\n").map((line) => [line.split(/\s+/)[0], line.replace(/ {2,}/g, "  ")]));
    expect(rows.get("profile")).toBe(`profile  one  ~/${CONFIG}`);
    expect(rows.get("store")).toBe(`store  folder:~/one  profile one in ~/${CONFIG}`);
    expect(rows.get("namespace")).toBe("namespace  dev  --namespace");
    expect(rows.get("region")).toBe("region  eu-west-1  COFFER_REGION");
    expect(rows.get("timeout")).toBe("timeout  30  built-in");
    expect(rows.get("role_arn")).toBe("role_arn  -  -");
    expect(await desk.must(["config", "show"])).not.toContain("built-in");
    expect(await desk.json(["config", "show"])).toMatchObject({
      file: join(desk.home, CONFIG),
      project: null,
      settings: expect.arrayContaining([
        {
          name: "key",
          value: `key-file:${desk.home}/one.key`,
          origin: { from: "profile", profile: "one", file: join(desk.home, CONFIG) },
        },
      ]),
    });
  });

  it("keeps every setting that it takes", async () => {
    const desk = sit();
    const settings = [
      "--region",
      "eu-west-1",
      "--aws-profile",
      "ops",
      "--role-arn",
      "arn:x",
      "--role-session-name",
      "me",
    ];
    const wraps = ["--also-wrap", "key-file:/a", "--also-wrap", "key-file:./b"];
    const made = await desk.json(["profile", "add", "all", "-q", "-N", "/", ...settings, ...wraps]);
    expect(made).toEqual({
      name: "all",
      used: false,
      store: null,
      key: null,
      namespace: "/",
      region: "eu-west-1",
      aws_profile: "ops",
      role_arn: "arn:x",
      role_session_name: "me",
      author: null,
      store_id: null,
      key_id: null,
      also_wrap: ["key-file:/a", `key-file:${desk.home}/b`],
    });
    expect(await desk.json(["profile", "show", "all"])).toEqual(made);
    expect(await desk.json(["profile", "list"])).toEqual({
      file: join(desk.home, CONFIG),
      profile: null,
      profiles: [made],
    });
    expect(statSync(join(desk.home, CONFIG)).mode & 0o777).toBe(0o600);
  });

  it("init without a profile writes no configuration", async () => {
    const desk = sit();
    await desk.must(["init"]);
    expect(existsSync(join(desk.home, CONFIG))).toBe(false);
  });

  it("eight at once all stand in the file", async () => {
    const desk = sit();
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    await Promise.all(names.map((name) => desk.must(["profile", "add", name])));
    expect(await desk.must(["profile", "list"])).toBe(names.map((name) => `${name}\n`).join(""));
    expect(existsSync(join(desk.home, `${CONFIG}.lock`))).toBe(false);
  });

  it("without a configuration nothing is looked for but it, and no parser is loaded", async () => {
    const desk = await withTwo();
    const report = desk.file(
      "report.cjs",
      `const fs = require("node:fs");
       const seen = [];
       for (const name of ["open", "openSync", "lstatSync"]) {
         const real = fs[name];
         fs[name] = function (path, ...rest) { seen.push(String(path)); return real.call(this, path, ...rest); };
       }
       process.on("exit", () => fs.writeSync(2, seen.concat(Object.keys(require.cache)).join("\\n")));`,
    );
    const get = ["get", "A", "-s", "folder:./one", "-k", "key-file:./one.key"];
    const run = async (): Promise<string[]> =>
      (await desk.run(process.execPath, ["-r", report, COFFER, ...get], {})).stderr.split("\n");
    const isToml = (path: string): boolean => path.endsWith(".toml");
    expect((await run()).some((path) => path.includes("parse-configuration"))).toBe(true);
    renameSync(join(desk.home, CONFIG), join(desk.home, "away"));
    const seen = await run();
    expect(seen.some((path) => path.includes("parse-configuration"))).toBe(false);
    expect(seen.filter(isToml).filter((path) => path.endsWith("config.toml"))).toEqual([join(desk.home, CONFIG)]);
    const folders = desk.home.split("/").length;
    expect(seen.filter((path) => path.endsWith("coffer.toml"))).toHaveLength(folders);
  });
});

describe.concurrent("what a profile pins", () => {
  it("another store in its place: exit 6, both ids named", async () => {
    const desk = await withTwo();
    const [one, two] = [...text(desk).matchAll(/store_id = "(.*)"/g)].map(([, id]) => id);
    renameSync(join(desk.home, "one"), join(desk.home, "gone"));
    renameSync(join(desk.home, "two"), join(desk.home, "one"));
    // Nobody remembers anything here: the pin alone must do.
    const env = { XDG_STATE_HOME: join(desk.home, "fresh") };
    const { code, stdout, stderr } = await desk.coffer(["get", "A", "-p", "one"], { env });
    expect({ code, stdout }).toEqual({ code: 6, stdout: "" });
    expect(stderr).toContain(one);
    expect(stderr).toContain(two);
    const init = await desk.coffer(["init", "-p", "one"], { env });
    expect(init).toMatchObject({ code: 6 });
    expect(init.stderr).toContain(`is ${two}, and not the pinned ${one}`);
  });

  it("another key in its place: exit 5, both ids named, before anything is read", async () => {
    const desk = await withTwo();
    writeFileSync(join(desk.home, "one.key"), readFileSync(join(desk.home, "two.key")));
    renameSync(join(desk.home, "one"), join(desk.home, "gone"));
    const ids = [...text(desk).matchAll(/key_id = "(.*)"/g)].map(([, id]) => id);
    for (const args of [
      ["get", "A"],
      ["put", "A", "v"],
    ]) {
      expect(await desk.coffer([...args, "-p", "one"])).toMatchObject({
        code: 5,
        stderr:
          `coffer: error: the master key at key-file:${desk.home}/one.key is ${ids[1]}, and not the pinned ${ids[0]}\n` +
          "coffer: hint: name the right key; if it was changed on purpose, change key_id in the profile\n",
      });
    }
  });

  it("a store that is gone is not made anew, nor a key", async () => {
    const desk = await withTwo();
    renameSync(join(desk.home, "one"), join(desk.home, "gone"));
    const { code, stderr } = await desk.coffer(["init", "-p", "one"]);
    expect(code).toBe(3);
    expect(stderr).toContain("and the pinned one is");
    expect(existsSync(join(desk.home, "one"))).toBe(false);
    renameSync(join(desk.home, "gone"), join(desk.home, "one"));
    renameSync(join(desk.home, "one.key"), join(desk.home, "gone.key"));
    expect((await desk.coffer(["init", "-p", "one"])).code).toBe(3);
    expect(existsSync(join(desk.home, "one.key"))).toBe(false);
  });

  it("init does not point a profile somewhere else", async () => {
    const desk = await withTwo();
    const before = text(desk);
    const { code, stderr } = await desk.coffer(["init", "-p", "one", "-s", "folder:./three"]);
    expect({ code, stderr: scrub(stderr, desk) }).toEqual({
      code: 4,
      stderr:
        "coffer: error: the profile one names another store, folder:~/one\n" +
        "coffer: hint: leave the flag or variable out that names folder:~/three, or give the profile another name\n",
    });
    expect(existsSync(join(desk.home, "three"))).toBe(false);
    expect(text(desk)).toBe(before);
  });
});

describe.concurrent("a configuration that is not right", () => {
  it.each([
    ["no TOML", '[profiles.p]\nstore = "s3cret-CANARY', 1, "config.toml:2:9: this is no TOML"],
    ["a key that is none", '[profiles.p]\nstroe = "s3cret-CANARY"', 1, 'config.toml:2:1: unknown key "stroe"'],
    ["not UTF-8", Buffer.from([0xff, 0xfe]), 1, "config.toml is not UTF-8"],
    ["too long", "#".repeat(262_145), 1, "config.toml is longer than 262144 bytes"],
    ["using a profile that is not there", 'profile = "gone"', 3, "there is no profile gone, which "],
  ])("%s: two lines with its place, not its text; help still helps", async (_what, content, exit, message) => {
    const desk = sit();
    configure(desk, content);
    for (const args of [["get", "A"], ["list"], ["config", "show"], ["init"]]) {
      const { code, stdout, stderr } = await desk.coffer([...args, "--verbose"]);
      expect({ code, stdout }).toEqual({ code: exit, stdout: "" });
      expect(stderr).toContain(message);
      expect(stderr).toMatch(/^coffer: error: [^\n]+\ncoffer: hint: [^\n]+\n/);
      expect(stderr).not.toContain("CANARY");
    }
    expect((await desk.coffer(["help", "get"])).code).toBe(0);
    expect((await desk.coffer(["exec", "--", "true"])).code).toBe(125);
  });

  it.each([
    [["profile"], 2],
    [["profile", "ad", "x"], 2],
    [["profile", "add"], 2],
    [["profile", "add", "__proto__"], 2],
    [["profile", "add", "a b"], 2],
    [["profile", "add", "a\u001b[2J"], 2],
    [["profile", "add", "a", "-p", "b"], 2],
    [["profile", "add", "a", "-s", "s4:x"], 2],
    [["profile", "add", "a", "-N", "a//b"], 2],
    [["profile", "add", "a", "--region", ""], 2],
    [["profile", "add", "a", "--role-arn", "x\ny"], 2],
    [["profile", "use", "nobody"], 3],
    [["profile", "remove", "nobody"], 3],
    [["profile", "show", "nobody"], 3],
    [["profile", "show", "toString"], 3],
    [["profile", "show"], 3],
    [["profile", "use", "x", "-s", "folder:/x"], 2],
    [["profile", "list", "x"], 2],
    [["config"], 2],
    [["config", "set"], 2],
    [["get", "A", "-p", "nobody"], 3],
    [["get", "A", "-p", "constructor"], 3],
    [["init", "-p", "../x"], 2],
    [["get", "A", "--project", "gone.toml"], 3],
  ])("%j: exit %i, and nothing is written", async (args, exit) => {
    const desk = sit();
    const { code, stdout, stderr } = await desk.coffer(args);
    expect({ code, stdout }).toEqual({ code: exit, stdout: "" });
    expect(stderr).toMatch(/^coffer: error: [^\n\u001b]+\n(coffer: hint: [^\n\u001b]+\n)?$/);
    expect(existsSync(join(desk.home, ".config"))).toBe(false);
  });

  it("a profile that is there already: exit 4, unchanged", async () => {
    const desk = await withTwo();
    const before = text(desk);
    expect((await desk.coffer(["profile", "add", "one"])).code).toBe(4);
    expect(text(desk)).toBe(before);
  });

  it("what was written by hand stays as it was", async () => {
    const desk = sit();
    const mine = '# mine\n\n[profiles.a] # first\nstore = "memory:"\n';
    configure(desk, mine);
    await desk.must(["profile", "add", "b"]);
    await desk.must(["profile", "use", "b"]);
    expect(text(desk)).toBe(`profile = "b"\n\n${mine}\n[profiles.b]\n`);
    await desk.must(["profile", "remove", "b"]);
    expect(text(desk)).toBe(mine);
  });

  it("a way of writing that cannot be kept: exit 1, unchanged", async () => {
    const desk = sit();
    const mine = 'profiles = { a = { store = "memory:" } }\n';
    configure(desk, mine);
    const { code, stderr } = await desk.coffer(["profile", "add", "b"]);
    expect(code).toBe(1);
    expect(stderr).toContain("is written in a way that this change cannot keep");
    expect(text(desk)).toBe(mine);
    expect(await desk.must(["profile", "list"])).toBe("a\n");
  });

  it("a symbolic link is read, and not replaced", async () => {
    const desk = sit();
    configure(desk, "");
    const real = desk.file("real.toml", '[profiles.a]\nstore = "memory:"\n');
    renameSync(join(desk.home, CONFIG), join(desk.home, "away"));
    symlinkSync(real, join(desk.home, CONFIG));
    expect(await desk.must(["profile", "list"])).toBe("a\n");
    const { code, stderr } = await desk.coffer(["profile", "add", "b"]);
    expect(code).toBe(2);
    expect(stderr).toContain("is a symbolic link, and is not replaced");
    expect(lstatSync(join(desk.home, CONFIG)).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, "utf8")).toBe('[profiles.a]\nstore = "memory:"\n');
  });

  it("a folder that cannot be written: two lines, and init makes no store", async () => {
    const desk = sit();
    const env = { XDG_CONFIG_HOME: join(desk.file("plain-file", ""), "below") };
    for (const args of [
      ["profile", "add", "a"],
      ["init", "-p", "a", "-s", "folder:./store", "-k", "key-file:./a.key"],
    ]) {
      const { code, stderr } = await desk.coffer(args, { env });
      expect({ code, stderr: scrub(stderr, desk) }).toEqual({
        code: 1,
        stderr:
          "coffer: error: the configuration ~/plain-file/below/coffer/config.toml cannot be written (ENOTDIR)\n" +
          "coffer: hint: nothing was changed; name another file with COFFER_CONFIG, or see whose that folder is\n",
      });
    }
    expect(existsSync(join(desk.home, "store"))).toBe(false);
    expect(existsSync(join(desk.home, "a.key"))).toBe(false);
  });

  it("no home: nothing to list, nowhere to add", async () => {
    const desk = sit();
    const env = { HOME: "" };
    expect(await desk.must(["profile", "list"], { env })).toBe("");
    expect(await desk.must(["config", "show"], { env })).toContain("store              -\n");
    expect(await desk.coffer(["profile", "add", "a", "-s", "memory:"], { env })).toMatchObject({
      code: 2,
      stderr:
        "coffer: error: there is no home to keep a configuration in\n" +
        "coffer: hint: set HOME, or name a file with COFFER_CONFIG\n",
    });
  });

  it("COFFER_CONFIG names another file, which must be there to be read", async () => {
    const desk = sit();
    const env = { COFFER_CONFIG: "./own.toml" };
    expect((await desk.coffer(["list"], { env })).stderr).toContain("./own.toml, which COFFER_CONFIG names");
    await desk.must(["profile", "add", "a"], { env });
    expect(await desk.must(["profile", "list"], { env })).toBe("a\n");
    expect(await desk.must(["profile", "list"])).toBe("");
  });

  it("it holds no secrets: others may read it", async () => {
    const desk = await withTwo();
    chmodSync(join(desk.home, CONFIG), 0o644);
    expect(await desk.coffer(["get", "A", "-p", "one"])).toMatchObject({ code: 0, stdout: "one", stderr: "" });
  });

  it("a change that was killed is named, and what to remove", async () => {
    const desk = await withTwo();
    desk.file(`${CONFIG}.lock`, "");
    const { code, stderr } = await desk.coffer(["profile", "use", "one"]);
    expect(code).toBe(4);
    expect(scrub(stderr, desk)).toContain(`remove ~/${CONFIG}.lock`);
    expect(await desk.must(["get", "A", "-p", "one"])).toBe("one");
  });
});
