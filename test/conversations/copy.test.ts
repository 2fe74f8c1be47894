import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COFFER, Desk, scrub } from "./desk.js";

const CANARY = "cAnArY-7f3a";

interface Version {
  readonly version: string;
  readonly deleted: boolean;
  readonly origin: { readonly version: string } | null;
}

describe.concurrent("copy", () => {
  const desk = new Desk();
  const other = `folder:${desk.home}/other`;
  beforeAll(async () => {
    await desk.must(["init"]);
    const versions = async (): Promise<void> => {
      for (const value of ["1", "2", CANARY]) await desk.must(["put", "old/app.db", value]);
    };
    const mistakes = desk.file("mis.json", JSON.stringify({ A: CANARY }));
    await Promise.all([
      desk.must(["init", "-s", other]),
      versions(),
      desk.must(["put", "old/app.key", "k", "--comment", "why", "-c", "app=a"]),
      desk.must(["put", "old/misc", "m"]),
      desk.must(["import", "mis/", mistakes]),
      desk.must(["put", "mis/B", CANARY, "-c", "app=a"]),
    ]);
  });
  afterAll(() => desk.clear());

  it("all versions into another store: planned, copied, compared, and nothing to do the second time", async () => {
    const args = [
      "copy",
      "old/",
      "/",
      "--store-to",
      other,
      "--history",
      "--map",
      "app\\.(.*)=prod/app/$1",
      "-c",
      "app=a",
    ];
    const planned = await desk.coffer([...args, "--dry-run"]);
    expect(planned).toMatchObject({ code: 0, stdout: "" });
    expect(planned.stderr).toBe(
      "  + prod/app/db (version 1, from old/app.db)\n  + prod/app/db (version 2, from old/app.db)\n" +
        "  + prod/app/db (version 3, from old/app.db)\n  + prod/app/key (version 1, from old/app.key)\n" +
        "  + misc (version 1, from old/misc, no --map matches)\n" +
        "coffer: would copy, and has not: 1 version into /\ncoffer: would copy, and has not: 4 versions into prod/app/\n",
    );
    expect(await desk.must(["list", "-s", other])).toBe("");
    const copied = await desk.coffer([...args, "--verify", "-m", "we move"]);
    expect({ ...copied, stderr: scrub(copied.stderr, desk) }).toMatchObject({
      code: 0,
      stdout: "",
      stderr:
        "coffer: copied 1 version into / (commit COMMIT)\ncoffer: copied 4 versions into prod/app/ (commit COMMIT)\n" +
        "coffer: compared: the values there are those of the source\n",
    });
    expect(await desk.must(["get", "prod/app/db", "-s", other])).toBe(CANARY);
    expect(await desk.must(["get", "prod/app/db", "--version", "1", "-s", other])).toBe("1");
    expect(await desk.must(["get", "prod/app/key", "-c", "app=a", "-s", other])).toBe("k");
    const { versions } = (await desk.json(["history", "prod/app/db", "-s", other])) as { versions: Version[] };
    expect(versions).toMatchObject([
      { version: "3", message: "we move", origin: { version: "3", author: expect.stringContaining("@") } },
      { origin: { version: "2" } },
      { origin: { version: "1", time: expect.stringMatching(/Z$/) } },
    ]);
    expect(await desk.must(["history", "prod/app/db", "--limit", "1", "-s", other])).toContain(
      "we move; was version 3 ",
    );
    expect((await desk.coffer([...args, "--verify"])).stderr).toBe(
      "coffer: nothing to copy: 5 versions are there\ncoffer: compared: the values there are those of the source\n",
    );
    await desk.must(["verify", "--all", "-s", other]);
  });

  it("within one store, as JSON", async () => {
    const first = await desk.json(["copy", "old/misc", "json/"]);
    expect(first).toMatchObject({
      namespaces: [
        {
          commit: expect.stringMatching(/^c/),
          namespace: "json",
          sequence: 1,
          changed: [{ name: "misc", version: "1", change: "added" }],
          dryRun: false,
        },
      ],
      same: 0,
      verified: null,
      dryRun: false,
    });
    expect(await desk.json(["copy", "old/misc", "json/", "--verify"])).toMatchObject({
      namespaces: [{ sequence: 1, changed: [] }],
      same: 1,
      verified: true,
      differing: [],
    });
    expect(await desk.json(["copy", "old/misc", "json/OTHER", "--dry-run"])).toMatchObject({
      namespaces: [{ commit: null, sequence: 2, changed: [{ name: "OTHER" }], dryRun: true }],
      dryRun: true,
    });
  });

  it("--verify with --dry-run only compares", async () => {
    await desk.must(["copy", "old/misc", "cmp/A"]);
    expect((await desk.coffer(["copy", "old/misc", "cmp/A", "--verify", "--dry-run"])).code).toBe(0);
    await desk.must(["put", "cmp/A", "another"]);
    const { code, stderr } = await desk.coffer(["copy", "old/misc", "cmp/A", "--verify", "--dry-run"]);
    expect(code).toBe(1);
    expect(stderr).toContain('coffer: error: not the same as at the source: "cmp/A"\n');
    expect(await desk.must(["get", "cmp/A"])).toBe("another");
  });

  it("what lies below a namespace comes with -R", async () => {
    for (const path of ["tree/A", "tree/x/B", "tree/x/y/C"]) await desk.must(["put", path, path]);
    await desk.must(["copy", "tree/", "alone/"]);
    expect(await desk.must(["list", "alone/"])).toBe("alone/A\n");
    await desk.must(["copy", "tree/", "whole/", "-R"]);
    expect(await desk.must(["list", "whole/"])).toBe("whole/A\nwhole/x/B\nwhole/x/y/C\n");
  });

  it("contexts of single paths come from a JSON file, for a namespace too", async () => {
    await desk.must(["put", "ctx/A", "a", "-c", "app=one"]);
    await desk.must(["put", "ctx/B", "b", "-c", "app=two"]);
    const file = desk.file("contexts.json", '{ "ctx/A": { "app": "one" }, "ctx/": { "app": "two" } }');
    await desk.must(["copy", "ctx/", "ctx2/", "--contexts", file]);
    expect(await desk.must(["get", "ctx2/A", "-c", "app=one"])).toBe("a");
    expect(await desk.must(["get", "ctx2/B", "-c", "app=two"])).toBe("b");
    const refused = await desk.coffer(["get", "ctx2/A", "--contexts", file]);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      'coffer: error: the context "ctx/A" is no text\ncoffer: hint: contexts of single paths are for `coffer copy`\n',
    ]);
  });

  it("a side with a key of its own: by its profile, named or found by its store", async () => {
    const [store, key] = [`folder:${desk.home}/keyed`, `key-file:${desk.home}/keyed.key`];
    await desk.must(["init", "-s", store, "-k", key, "-p", "keyed"]);
    await desk.must(["copy", "old/misc", "a/", "--store-to", "keyed"]);
    await desk.must(["copy", "old/misc", "b/", "--store-to", store]);
    expect(await desk.must(["list", "-p", "keyed"])).toBe("a/misc\nb/misc\n");
    await desk.must(["copy", "a/misc", "back/", "--store-from", "keyed"]);
    expect(await desk.must(["get", "back/misc"])).toBe("m");
    // What variables say is said of the other side.
    await desk.must(["copy", "a/misc", "back/env", "--store-from", "keyed"], {
      env: { COFFER_KEY: `key-file:${desk.home}/.config/coffer/master.key` },
    });
    await desk.must(["profile", "add", "twin", "-s", store, "-k", key]);
    const refused = await desk.coffer(["copy", "old/misc", "c/", "--store-to", store]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("coffer: error: several profiles have the store of --store-to: keyed, twin\n");
  });

  it.each([
    [["copy", "mis/"], 2, "copy: DST is missing"],
    [["copy", "mis/", "x/A"], 2, "a namespace is copied into a namespace"],
    [["copy", "mis/A", "x/B", "--map", "A=B"], 2, "--map gives names, and DST is one already"],
    [["copy", "mis/A", "x/", "-R"], 2, "-R takes what is below a namespace"],
    [["copy", "mis/", "x/", "--map", "(=x"], 2, '"(" is no regular expression'],
    [["copy", "mis/", "x/", "--map", "x"], 2, '--map "x" is not RE=REPL'],
    [["copy", "mis/", "x/", "--map", ".*=same"], 2, '"mis/A" and "mis/B" would be "x/same"'],
    [["copy", "mis/", "mis/"], 2, "that would copy everything onto itself"],
    [["copy", "none/", "x/"], 3, "there is nothing to copy in none/"],
    [["copy", "mis/Z", "x/"], 3, 'no secret named "mis/Z"'],
    [["copy", "mis/A", "x/", "--store-from", "nobody"], 3, "--store-from names a profile that is not there"],
    [["copy", "mis/A", "x/", "--store-to", `${other}-not`], 3, "there is no store at"],
    [["copy", "mis/A", "x/", "--store-to", "nix:x"], 2, "the store is no URL of a kind that this version knows"],
    [["copy", "mis/", "x/"], 5, 'context is needed, and not given, for "mis/B" (app)'],
    [["copy", "mis/", "x/", "-c", "app=b"], 5, 'context is needed, and not given, for "mis/B" (app)'],
  ] as const)("mistakes: %j", async (args, code, message) => {
    const refused = await desk.coffer(args);
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code, stdout: "" });
    expect(refused.stderr).toContain(`coffer: error: ${message}`);
    expect(refused.stderr).not.toContain(CANARY);
    expect(await desk.must(["list", "x/"])).toBe("");
  });
});

describe("copy, killed at any moment and run again", () => {
  const desk = new Desk();
  afterAll(() => desk.clear());

  it("ends with every version there, in order and once", async () => {
    const other = `folder:${desk.home}/other`;
    await desk.must(["init"]);
    await desk.must(["init", "-s", other]);
    const spaces = ["a", "b", "c", "d", "e"];
    for (const round of ["1", "2", "3"]) {
      const file = desk.file("in.json", JSON.stringify(Object.fromEntries(spaces.map((name) => [name, round + name]))));
      for (const space of spaces) await desk.must(["import", `${space}/`, file]);
    }
    const args = ["copy", "/", "/", "-R", "--store-to", other, "--history"];
    const seed = randomInt(2 ** 31);
    let kills = 0;
    for (let life = 200 + (seed % 50); ; life += 40) {
      const child = spawn(process.execPath, [COFFER, ...args], { env: desk.env(), stdio: "ignore" });
      const exit = once(child, "exit");
      const timer = setTimeout(() => child.kill("SIGKILL"), life);
      const [code] = await exit;
      clearTimeout(timer);
      if (code === 0) break;
      expect(code, `with seed ${seed}`).toBeNull();
      kills++;
    }
    expect(kills, `with seed ${seed}`).toBeGreaterThan(0);
    await desk.must([...args, "--verify"]);
    await desk.must(["verify", "--all", "-s", other]);
    for (const space of spaces) {
      const { versions } = (await desk.json(["history", `${space}/c`, "-s", other])) as { versions: Version[] };
      expect(versions.map(({ origin }) => origin?.version)).toEqual(["3", "2", "1"]);
      expect(await desk.must(["get", `${space}/c`, "-s", other])).toBe("3c");
    }
  });
});
