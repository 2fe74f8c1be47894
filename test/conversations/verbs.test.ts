import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Desk, type Result, scrub } from "./desk.js";

/** Each test has namespaces of its own in one store, so that they can run side by side. */
describe.concurrent("a conversation with", () => {
  const desk = new Desk();
  beforeAll(async () => {
    await desk.must(["init"]);
  });
  afterAll(() => desk.clear());

  const say = (args: readonly string[], circumstances?: Parameters<Desk["coffer"]>[1]): Promise<Result> =>
    desk.coffer(args, circumstances);
  const shown = ({ code, stdout, stderr }: Result): { code: number | null; stdout: string; stderr: string } => ({
    code,
    stdout: scrub(stdout, desk),
    stderr: scrub(stderr, desk),
  });
  const COMMIT = expect.stringMatching(/^c[0-9a-f]{64}$/);
  const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

  it("init: it makes store and key once, and says what to back up", async () => {
    const other = new Desk();
    const first = await other.coffer(["init"]);
    const again = await other.coffer(["init"]);
    const json = await other.json(["init"]);
    expect({ code: first.code, stdout: first.stdout, stderr: scrub(first.stderr, other) }).toEqual({
      code: 0,
      stdout: "",
      stderr:
        "coffer: made a store at folder:~/.local/share/coffer/vault, its id is STORE\n" +
        "coffer: made the master key key-file:~/.config/coffer/master.key\n" +
        "coffer: back this key up now: whoever loses it loses the secrets\n",
    });
    expect(again.code).toBe(0);
    expect(scrub(again.stderr, other)).toBe(
      "coffer: nothing to do: there is a store at folder:~/.local/share/coffer/vault already, its id is STORE\n",
    );
    expect(json).toEqual({
      store: expect.stringMatching(/^[\w-]{22}$/),
      url: `folder:${other.home}/.local/share/coffer/vault`,
      key: `key-file:${other.home}/.config/coffer/master.key`,
      created: false,
      recovery: null,
    });
    expect(statSync(join(other.home, ".config/coffer/master.key")).mode & 0o777).toBe(0o600);
    other.clear();
  });

  it("put and get: bytes in, the same bytes out, and talk on stderr", async () => {
    const put = await say(["put", "pg/DB_URL", "-", "--comment", "main"], { stdin: "postgres://ü\n" });
    expect(shown(put)).toEqual({ code: 0, stdout: "", stderr: "coffer: pg/DB_URL is version 1 (commit COMMIT)\n" });
    expect(shown(await say(["get", "pg/DB_URL"]))).toEqual({ code: 0, stdout: "postgres://ü\n", stderr: "" });
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await desk.must(["put", "pg/raw"], { stdin: all });
    expect((await say(["get", "pg/raw"])).bytes).toEqual(Buffer.from(all));
  });

  it("get --json: the version and the value", async () => {
    await desk.must(["put", "gj/A", "--comment", "why", "-m", "message", "--expires", "2040-01-01"], { stdin: "v" });
    expect(await desk.json(["get", "gj/A"])).toEqual({
      path: "gj/A",
      namespace: "gj",
      name: "A",
      version: "1",
      time: TIME,
      author: null,
      message: null,
      commit: COMMIT,
      stage: null,
      deleted: false,
      purged: false,
      type: "text",
      comment: "why",
      expires: "2040-01-01T00:00:00.000Z",
      context: [],
      encoding: "utf8",
      value: "v",
    });
    await desk.must(["put", "gj/B", "--binary"], { stdin: "v" });
    expect(await desk.json(["get", "gj/B"])).toMatchObject({ type: "binary", encoding: "base64", value: "dg==" });
  });

  it("put: an argument, a file, a text that begins with @, and an empty argument", async () => {
    const file = desk.file("value.txt", "from a file\n");
    for (const [name, typed] of Object.entries({ A: "argument", B: `@${file}`, C: "@@handle", D: "", E: "-x" })) {
      await desk.must(["put", `pv/${name}`, "--", typed]);
    }
    const values = await Promise.all(["A", "B", "C", "D", "E"].map((name) => desk.must(["get", `pv/${name}`])));
    expect(values).toEqual(["argument", "from a file\n", "@handle", "", "-x"]);
  });

  it("put --chomp and --allow-empty: one line end less, and nothing at all", async () => {
    await desk.must(["put", "pc/A", "--chomp"], { stdin: "two\n\n" });
    expect(await desk.must(["get", "pc/A"])).toBe("two\n");
    await desk.must(["put", "pc/B", "--allow-empty"], { stdin: "" });
    expect(await desk.must(["get", "pc/B"])).toBe("");
  });

  it("put --json and --dry-run: what was done, and what would be", async () => {
    const dry = await desk.json(["put", "pj/A", "x", "--dry-run"]);
    expect(dry).toEqual({
      commit: null,
      namespace: "pj",
      sequence: 1,
      changed: [{ name: "A", version: "1", change: "added" }],
      dryRun: true,
    });
    expect((await say(["get", "pj/A"])).code).toBe(3);
    const done = await desk.json(["put", "pj/A", "x"]);
    expect(done).toEqual({ ...(dry as object), commit: COMMIT, dryRun: false });
  });

  it("put --if-version and --if-commit: only on what was seen", async () => {
    const first = (await desk.json(["put", "pi/A", "1", "--if-version", "0"])) as { commit: string };
    expect((await say(["put", "pi/A", "2", "--if-version", "0"])).code).toBe(4);
    expect((await say(["put", "pi/A", "2", "--if-commit", "c0123456789"])).code).toBe(4);
    await desk.must(["put", "pi/A", "2", "--if-commit", first.commit.slice(1, 9), "--if-version", "1"]);
    expect((await say(["put", "pi/A", "3", "--if-commit", first.commit])).code).toBe(4);
    expect(await desk.must(["get", "pi/A"])).toBe("2");
  });

  it("get --version and --at: what was there before", async () => {
    const first = (await desk.json(["put", "gv/A", "old"])) as { commit: string };
    await desk.must(["put", "gv/A", "new"]);
    expect(await desk.must(["get", "gv/A", "--version", "1"])).toBe("old");
    expect(await desk.must(["get", "gv/A", "--at", first.commit.slice(0, 12)])).toBe("old");
    expect((await say(["get", "gv/A", "--at", "2020-01-01"])).code).toBe(3);
    expect((await say(["get", "gv/A", "--version", "3"])).code).toBe(3);
  });

  it("get -o and --field: a file only I can read, a part of a JSON value", async () => {
    await desk.must(["put", "go/A"], { stdin: '{"user":"me","port":5432}' });
    const file = join(desk.home, "out.json");
    writeFileSync(file, "old", { mode: 0o644 });
    expect(shown(await say(["get", "go/A", "-o", file]))).toEqual({
      code: 0,
      stdout: "",
      stderr: "coffer: wrote ~/out.json\n",
    });
    expect(readFileSync(file, "utf8")).toBe('{"user":"me","port":5432}');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await desk.must(["get", "go/A", "--field", "user"])).toBe("me");
    expect(await desk.must(["get", "go/A", "--field", "port", "-o", "-"])).toBe("5432");
    expect((await say(["get", "go/A", "--field", "none"])).code).toBe(3);
  });

  it("-c and --contexts: only who knows the pairs can read", async () => {
    await desk.must(["put", "cx/A", "v", "-c", "team=red", "-c", "host=a=b"]);
    await desk.must(["put", "cx/B", "w"]);
    expect(await desk.must(["get", "cx/A", "-c", "host=a=b", "-c", "team=red"])).toBe("v");
    const pool = desk.file("contexts", "# pairs\nteam=red\nhost=a=b\nother=x\n");
    expect(await desk.must(["get", "cx/A", "--contexts", pool])).toBe("v");
    expect(await desk.must(["get", "cx/A", "--contexts", pool, "--version", "1"])).toBe("v");
    const json = desk.file("contexts.json", '{"team":"red"}');
    expect(await desk.must(["get", "cx/A", "--contexts", json, "-c", "host=a=b"])).toBe("v");
    expect(await desk.must(["export", "cx/", "--contexts", pool])).toBe("A=v\nB=w\n");
    const denied = [
      ["get", "cx/A"],
      ["get", "cx/A", "-c", "team=red"],
      ["get", "cx/A", "-c", "team=blue", "-c", "host=a=b"],
      ["get", "cx/B", "-c", "team=red"],
      ["get", "cx/B", "-c", "team=red", "--contexts", pool],
      ["export", "cx/"],
    ];
    for (const args of denied) expect((await say(args)).code, args.join(" ")).toBe(5);
    expect(await desk.must(["export", "cx/", "--only", "B"])).toBe("B=w\n");
  });

  it("list: whole parts of paths, in byte order, and nothing is no failure", async () => {
    for (const path of ["ls/B", "ls/a/X", "ls/a", "ls/ab", "ls/é"]) await desk.must(["put", path, "v"]);
    expect(shown(await say(["list", "ls"]))).toEqual({
      code: 0,
      stdout: "ls/B\nls/a\nls/a/X\nls/ab\nls/é\n",
      stderr: "",
    });
    expect(await desk.must(["list", "ls/a"])).toBe("ls/a\nls/a/X\n");
    expect(await desk.must(["list", "ls/a/"])).toBe("ls/a/X\n");
    expect(await desk.must(["list", "l"])).toBe("");
    expect(await desk.must(["list", "a", "-N", "ls"])).toBe("ls/a\nls/a/X\n");
    await desk.must(["delete", "ls/ab"]);
    expect(await desk.must(["list", "ls/ab"])).toBe("");
    expect(await desk.must(["list", "ls/ab", "--deleted"])).toBe("ls/ab\n");
    expect(scrub(await desk.must(["list", "ls/a", "-l"]), desk)).toBe(
      "ls/a    1  TIME  text  -\nls/a/X  1  TIME  text  -\n",
    );
  });

  it("list --json: metadata, which nobody has vouched for", async () => {
    await desk.must(["put", "lj/A", "v", "--comment", "c"]);
    expect(await desk.json(["list", "lj/"])).toMatchObject({
      store: `folder:${desk.home}/.local/share/coffer/vault`,
      verified: false,
      secrets: [{ path: "lj/A", namespace: "lj", name: "A", version: "1", comment: "c", type: "text", context: [] }],
    });
  });

  it("history: newest first, with its deletion", async () => {
    await desk.must(["put", "hi/A", "1", "-m", "first"]);
    await desk.must(["put", "hi/A", "2"]);
    await desk.must(["delete", "hi/A", "-m", "gone"]);
    expect(scrub(await desk.must(["history", "hi/A"]), desk)).toBe(
      "3  TIME  COMMIT  deleted  AUTHOR  gone\n2  TIME  COMMIT  text     AUTHOR\n1  TIME  COMMIT  text     AUTHOR  first\n",
    );
    const { path, versions } = (await desk.json(["history", "hi/A", "--limit", "2"])) as {
      path: string;
      versions: object[];
    };
    expect(path).toBe("hi/A");
    expect(versions).toMatchObject([
      { version: "3", deleted: true, message: "gone", commit: COMMIT, time: TIME },
      { version: "2", deleted: false, message: null },
    ]);
    expect((await say(["history", "hi/NONE"])).code).toBe(3);
  });

  it("log: newest first, with what changed", async () => {
    await desk.must(["put", "lo/A", "1", "-m", "first"]);
    await desk.must(["import", "lo/"], { stdin: "A=2\nB=3\n" });
    expect(scrub(await desk.must(["log", "lo/"]), desk)).toBe(
      "COMMIT  #2  TIME  AUTHOR\n    changed A (version 2)\n    added B (version 1)\n" +
        "\nCOMMIT  #1  TIME  AUTHOR\n    first\n    added A (version 1)\n",
    );
    const { namespace, commits } = (await desk.json(["log", "lo/"])) as {
      namespace: string;
      commits: { commit: string }[];
    };
    expect(namespace).toBe("lo");
    expect(commits).toEqual([
      {
        commit: COMMIT,
        parent: commits[1]?.commit,
        sequence: 2,
        time: TIME,
        author: expect.any(String),
        message: null,
        changes: [
          { name: "A", version: "2", change: "changed" },
          { name: "B", version: "1", change: "added" },
        ],
      },
      {
        commit: COMMIT,
        parent: null,
        sequence: 1,
        time: TIME,
        author: expect.any(String),
        message: "first",
        changes: [{ name: "A", version: "1", change: "added" }],
      },
    ]);
    expect((await say(["log", "lo/none/"])).code).toBe(3);
  });

  it("log --no-key: the same to who has no key, and it says that nothing vouches for it", async () => {
    await desk.must(["put", "ln/A", "1"]);
    const env = { COFFER_KEY: "key-file:/nowhere" };
    expect(await say(["log", "ln/"], { env })).toMatchObject({ code: 3, stdout: "" });
    const withKey = (await desk.json(["log", "ln/"])) as object;
    expect(withKey).toMatchObject({ verified: true });
    expect(await desk.json(["log", "ln/", "--no-key"], { env })).toEqual({ ...withKey, verified: false });
    expect((await say(["log", "ln/none/", "--no-key"], { env })).code).toBe(3);
  });

  it("delete: all or nothing, and a missing one is an error unless it may be", async () => {
    for (const name of ["A", "B", "C"]) await desk.must(["put", `de/${name}`, "v"]);
    const missing = await say(["delete", "de/A", "de/NONE"]);
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain("NONE");
    expect(await desk.must(["list", "de/"])).toBe("de/A\nde/B\nde/C\n");
    expect(shown(await say(["delete", "de/A", "de/NONE", "--missing-ok"])).stderr).toBe(
      "coffer: de/A deleted (commit COMMIT)\n",
    );
    expect(shown(await say(["delete", "de/B", "de/C"])).stderr).toBe("coffer: 2 secrets deleted (commit COMMIT)\n");
    expect(await desk.json(["delete", "de/A", "--missing-ok"])).toEqual({
      commit: COMMIT,
      namespace: "de",
      sequence: 5,
      changed: [],
      dryRun: false,
    });
  });

  it("put --stage and promote: nobody sees it before", async () => {
    await desk.must(["put", "st/A", "now"]);
    await desk.must(["put", "st/A", "next", "--stage", "blue"]);
    await desk.must(["put", "st/B", "new", "--stage", "blue"]);
    expect(await desk.must(["export", "st/"])).toBe("A=now\n");
    expect(await desk.must(["export", "st/", "--stage", "blue"])).toBe("A=next\nB=new\n");
    expect(await desk.must(["get", "st/A", "--stage", "blue"])).toBe("next");
    await desk.must(["import", "st/", "--stage", "blue"], { stdin: "B=imported\n" });
    const print = ["--", "sh", "-c", 'echo "$A $B"'];
    expect(await desk.must(["exec", "st/", "--stage", "blue", ...print])).toBe("next imported\n");
    expect(await desk.must(["exec", "st/", ...print])).toBe("now \n");
    expect(shown(await say(["promote", "st/", "--stage", "blue", "-m", "go"])).stderr).toBe(
      "coffer: 2 secrets promoted from blue (commit COMMIT)\n",
    );
    expect(await desk.must(["export", "st/"])).toBe("A=next\nB=imported\n");
    expect((await say(["promote", "st/", "--stage", "blue"])).code).toBe(3);
  });

  it("import and export: a file there and back, in one commit, only what changed", async () => {
    const file = desk.file("a.env", "# ours\nexport A=1\nB='two words'\nC=\"line\\nline\"\n");
    expect(shown(await say(["import", "im/", file]))).toEqual({
      code: 0,
      stdout: "",
      stderr: "coffer: 3 added (commit COMMIT)\n",
    });
    expect(await desk.must(["export", "im/"])).toBe("A=1\nB='two words'\nC='line\nline'\n");
    expect(await desk.must(["export", "im/", "--json"])).toBe('{"A":"1","B":"two words","C":"line\\nline"}\n');
    expect(shown(await say(["import", "im/", file])).stderr).toBe("coffer: nothing to do: all of it is there\n");
    const json = desk.file("a.json", '{"A":"1","B":"other"}');
    expect(shown(await say(["import", "im/", json, "--prune", "--dry-run"])).stderr).toBe(
      "coffer: would do, and has not: 1 changed, 1 deleted\n",
    );
    expect(await desk.json(["import", "im/", json, "--prune"])).toEqual({
      commit: COMMIT,
      namespace: "im",
      sequence: 2,
      changed: [
        { name: "B", version: "2", change: "changed" },
        { name: "C", version: "2", change: "deleted" },
      ],
      dryRun: false,
    });
    expect(await desk.json(["export", "im/"])).toEqual({ A: "1", B: "other" });
  });

  it("export: names chosen, renamed, from several namespaces and trees, and into a file", async () => {
    await desk.must(["import", "ex/"], { stdin: '{"A":"1","b.c":"2"}' });
    await desk.must(["import", "ex/sub/"], { stdin: "A=3\nD=4\n" });
    expect(await desk.must(["export", "ex/", "--only", "A", "--prefix", "P_"])).toBe("P_A=1\n");
    expect(await desk.must(["export", "ex/", "--map", "X=b.c", "--only", "b.c"])).toBe("X=2\n");
    expect(await desk.must(["export", "ex/", "--upper"])).toBe("A=1\nB_C=2\n");
    expect(await desk.must(["export", "ex/", "ex/sub/", "--only", "A,D"])).toBe("A=3\nD=4\n");
    const torn = await say(["export", "ex/", "-R"]);
    expect(torn.code).toBe(2);
    expect(torn.stderr).toContain("ex/A and ex/sub/A");
    expect((await say(["export", "ex/", "--only", "NONE"])).code).toBe(3);
    expect((await say(["export", "ex/", "--only", "A", "--strict"])).code).toBe(4);
    expect((await say(["export", "ex/none/"])).code).toBe(3);
    const file = join(desk.home, "out.env");
    expect(shown(await say(["export", "ex/sub/", "-o", file])).stderr).toBe("coffer: wrote 2 secrets to ~/out.env\n");
    expect(readFileSync(file, "utf8")).toBe("A=3\nD=4\n");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("exec: the program gets the secrets, its arguments, its streams and its exit code", async () => {
    await desk.must(["import", "rx/"], { stdin: "A=1\nB=2\n" });
    const program = [
      "sh",
      "-c",
      'cat; echo "$A $B $0 $#"; echo err >&2; env | grep -c COFFER_; exit 7',
      "--x",
      "",
      "-- y",
    ];
    const run = await say(["exec", "rx/", "--", ...program], {
      stdin: "in\n",
      env: { COFFER_STORE_ID: "", COFFER_TIMEOUT: "9" },
    });
    expect(run).toMatchObject({ code: 7, stdout: "in\n1 2 --x 2\n0\n", stderr: "err\n" });
    const pristine = await say(["exec", "rx/", "--pristine", "--only", "A", "--", "/usr/bin/env"]);
    expect(pristine).toMatchObject({ code: 0, stdout: "A=1\n" });
  });

  it("exec: 127, 126 and 128 and the signal's number", async () => {
    await desk.must(["put", "rc/A", "1"]);
    const plain = desk.file("plain", "no program");
    expect((await say(["exec", "rc/", "--", "no-such-program-anywhere"])).code).toBe(127);
    expect((await say(["exec", "rc/", "--", plain])).code).toBe(126);
    expect((await say(["exec", "rc/", "--", "sh", "-c", "kill -TERM $$"])).code).toBe(143);
  });

  it("exec: nothing starts, and 125, if anything is missing, dangerous or not what was expected", async () => {
    const { commit } = (await desk.json(["import", "rm/"], { stdin: "A=1\nLD_PRELOAD=/x\n" })) as { commit: string };
    const start = ["--", "sh", "-c", "echo started"];
    const refused = [
      ["exec", "rm/", ...start],
      ["exec", "rm/", "--only", "A,NONE", ...start],
      ["exec", "rm/none/", ...start],
      ["exec", "rm/", "--only", "A", "--expect", "c0000000000", ...start],
      ["exec", "rm/", "--only", "A", "--mask", "--replace", ...start],
      ["exec", "rm/", "--frobnicate", ...start],
      ["exec", "rm", ...start],
      ["exec", "rm/"],
    ];
    for (const args of refused) expect(await say(args), args.join(" ")).toMatchObject({ code: 125, stdout: "" });
    expect(
      await say([
        "exec",
        "rm/",
        "--allow",
        "LD_PRELOAD",
        "--only",
        "LD_PRELOAD",
        "--expect",
        commit.slice(0, 10),
        "--",
        process.execPath,
        "-p",
        "process.env.LD_PRELOAD",
      ]),
    ).toMatchObject({ stdout: "/x\n" });
  });

  it("exec: the default namespace, else the root", async () => {
    await desk.must(["put", "dn/A", "1"]);
    const run = await say(["exec", "--", "sh", "-c", "echo $A"], { env: { COFFER_NAMESPACE: "dn" } });
    expect(run).toMatchObject({ code: 0, stdout: "1\n" });
  });

  it("help and --version: on stdout, for the whole and for each verb", async () => {
    expect(await say(["help"])).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining("Usage: coffer VERB"),
    });
    const verb = await say(["help", "put"]);
    expect(verb.stdout).toContain("Usage: coffer put PATH [VALUE] [FLAGS]");
    expect((await say(["put", "--help"])).stdout).toBe(verb.stdout);
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(await say(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
    expect(await say(["-V"])).toMatchObject({ code: 0, stdout: `${version}\n` });
  });
});
