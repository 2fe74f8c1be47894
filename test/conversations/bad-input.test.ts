import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Desk, scrub } from "./desk.js";

const MIB = 1_048_576;

describe.concurrent("bad input", () => {
  const desk = new Desk();
  beforeAll(async () => {
    await desk.must(["init"]);
    await desk.must(["put", "ok/A", "1"]);
  });
  afterAll(() => desk.clear());

  const refused = async (
    args: readonly string[],
    stdin?: string | Uint8Array,
  ): Promise<{ code: number | null; stderr: string }> => {
    const { code, stdout, stderr } = await desk.coffer(args, stdin === undefined ? {} : { stdin });
    expect(stdout).toBe("");
    return { code, stderr: scrub(stderr, desk) };
  };

  it.each([
    [["frobnicate"], "coffer: error: unknown verb frobnicate\ncoffer: hint: `coffer help` lists the verbs\n"],
    [["gte", "ok/A"], "coffer: error: unknown verb gte\ncoffer: hint: did you mean `coffer get`?\n"],
    [
      ["delete", "ok/A", "--misssing-ok"],
      "coffer: error: unknown flag --misssing-ok\ncoffer: hint: did you mean --missing-ok?\n",
    ],
    [[], "coffer: error: no verb is given\ncoffer: hint: `coffer help` lists the verbs\n"],
    [["get"], "coffer: error: get: PATH is missing\ncoffer: hint: usage: coffer get PATH [FLAGS]\n"],
    [["get", "a", "b"], "coffer: error: get: too many arguments\ncoffer: hint: usage: coffer get PATH [FLAGS]\n"],
    [
      ["history", "ok/A", "-n5"],
      "coffer: error: short flags cannot be joined with each other or with a value\ncoffer: hint: write each flag on its own, as in `-n -o FILE`; arguments that begin with - go behind `--`\n",
    ],
    [
      ["get", "ok/A", "-V"],
      "coffer: error: unknown flag -V\ncoffer: hint: `coffer help VERB` lists the flags of a verb\n",
    ],
    [["get", "ok/A", "--version", "1", "--at", "2026-01-01"], "coffer: error: --version and --at exclude each other\n"],
    [["get", "ok/A", "--version", "01"], "coffer: error: --version takes a whole number from 1 on\n"],
    [["get", "ok/A", "--timeout", "soon"], "coffer: error: the timeout is no number of seconds above 0\n"],
    [["get", "ok/A", "--color", "red"], "coffer: error: --color takes auto, always or never\n"],
    [
      ["list", "-s", "s4://bucket"],
      "coffer: error: the store is no URL of a kind that this version knows\ncoffer: hint: it begins with folder: or memory: or s3:\n",
    ],
    [
      ["list", "-s", "folder:relative"],
      "coffer: error: folder: takes a path that begins with /, ./ or ~/\ncoffer: hint: for instance folder:./here or folder:/srv/there\n",
    ],
    [
      ["export", "ok/", "--for", "nonsense"],
      "coffer: error: there is no such format\ncoffer: hint: there are dotenv json yaml toml csv ini properties sh bash zsh fish powershell cmd node-dotenv python-dotenv ruby-dotenv docker compose systemd github-actions gitlab k8s tfvars xargs-0\n",
    ],
    [
      ["import", "ok/", "--from", "fish"],
      'coffer: error: the format "fish" is written and not read\ncoffer: hint: import reads dotenv json yaml toml csv ini properties sh bash zsh node-dotenv python-dotenv ruby-dotenv docker systemd k8s tfvars xargs-0\n',
    ],
    [
      ["put", "ok/A", "x", "--submit", "--stage", "next"],
      "coffer: error: put --submit takes no --stage\ncoffer: hint: who hands in does not see what is there; who accepts can say it: coffer inbox\n",
    ],
    [
      ["put", "ok/A", "x", "--expires", "soon"],
      "coffer: error: --expires is neither a duration such as 90d or 12h nor a time\ncoffer: hint: a time is written 2026-05-04 or TIME\n",
    ],
    [["put", "ok/A", "x", "-c", "pair"], "coffer: error: -c: a context pair is KEY=VALUE\n"],
    [
      ["delete", "ok/A", "other/B"],
      "coffer: error: the secrets are of several namespaces, which cannot change in one commit\ncoffer: hint: delete those of each namespace on their own\n",
    ],
    [
      ["accept", "ok/", "--head", "c0123"],
      "coffer: error: accept: --head takes a commit id in full, or none\ncoffer: hint: `coffer log NS/ --json` of somebody you trust shows it\n",
    ],
    [
      ["init", "--recovery"],
      "coffer: error: --recovery writes the recovery key's public half into a profile, and none is named\ncoffer: hint: name one, it is made where it is not there: -p NAME\n",
    ],
  ] as const)("%j: exit 2, and nothing ran", async (args, stderr) => {
    expect(await refused(args)).toEqual({ code: 2, stderr });
  });

  it.each([
    ["ok/"],
    ["ok//A"],
    ["../A"],
    ["ok/.."],
    ["ok/ A"],
    ["ok/A "],
    ["ok/a\tb"],
    ["ok/a\u202eb"],
    ["ok/a#b"],
    ["ok/a?b"],
    ["ok/a\\b"],
    ["ok/caf\u0065\u0301"],
    [`ok/${"n".repeat(256)}`],
    [`${"s".repeat(81)}/A`],
    [`${"s/".repeat(121)}A`],
    [`${"S".repeat(61)}/A`],
  ])("the name %j: exit 2 before anything is read from stdin", async (path) => {
    const { code, stderr } = await refused(["put", path], "value");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^coffer: error: [^\n]+\n(coffer: hint: [^\n]+\n)?$/);
  });

  it("with --json, errors are one line of JSON", async () => {
    const { code, stderr } = await refused(["get", "ok/NONE", "--json"]);
    expect(code).toBe(3);
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: "NOT_FOUND",
        message: "no secret named ok/NONE",
        hint: "see what there is with `coffer list ok/`",
      },
    });
    expect(stderr.trimEnd()).not.toContain("\n");
    expect(JSON.parse((await refused(["get", "--frobnicate", "--json"])).stderr)).toMatchObject({
      error: { code: "USAGE" },
    });
  });

  it.each([
    ["A=1\nthis is s3cret-CANARY\n", ":2"],
    ["A=1\n\nB='s3cret-CANARY\n", ":3"],
    ["A=1\nB=2\nA=s3cret-CANARY\n", ":3"],
    ['A="s3cret-CANARY\\q"\n', ":1"],
    [Buffer.from([0x41, 0x3d, 0x31, 0x0a, 0x42, 0x3d, 0xff, 0x0a]), ":2"],
  ])("an .env file that cannot be read, %j: file and line, never its text", async (content, line) => {
    const file = desk.file(`bad-${line.slice(1)}-${content.length}.env`, content);
    const { code, stderr } = await refused(["import", "bad/", file, "--verbose"]);
    expect(code).toBe(1);
    expect(stderr).toContain(`~/${file.slice(desk.home.length + 1)}${line}: `);
    expect(stderr).not.toContain("CANARY");
    expect(await desk.must(["list", "bad/"])).toBe("");
  });

  it.each([
    '["s3cret-CANARY"]',
    '{"A":{"b":"s3cret-CANARY"}}',
    '{"A":1}',
    '{"A":"s3cret-CANARY","A":"2"}',
    '{"A":"s3cret-CANARY"',
    '"s3cret-CANARY"',
    "",
  ])("JSON that is no object of strings, %s: exit 1, nothing imported", async (content) => {
    const { code, stderr } = await refused(["import", "badj/", "-", "--from", "json", "--verbose"], content);
    expect(code).toBe(1);
    expect(stderr).toContain("stdin:1");
    expect(stderr).not.toContain("CANARY");
    expect(await desk.must(["list", "badj/"])).toBe("");
  });

  it("a name of an imported file that no secret can have: exit 2, nothing imported", async () => {
    const { code } = await refused(["import", "badn/"], '{"A":"1","b/c":"2"}');
    expect(code).toBe(2);
    expect(await desk.must(["list", "badn/"])).toBe("");
  });

  it("--prune with a file that has no variables: exit 1, nothing deleted", async () => {
    await desk.must(["put", "pr/A", "1"]);
    expect((await refused(["import", "pr/", "--prune"], "# nothing\n")).code).toBe(1);
    expect(await desk.must(["list", "pr/"])).toBe("pr/A\n");
  });

  it("a value of more than 16 MiB: exit 1, and it is not read to its end", async () => {
    const endless = await desk.shell("yes | coffer put ok/BIG; echo $?");
    expect(endless.stdout).toBe("1\n");
    expect(endless.stderr).toContain("longer than 16777216 bytes");
    const file = desk.file("big", new Uint8Array(16 * MIB + 1));
    expect((await refused(["put", "ok/BIG", `@${file}`])).code).toBe(1);
    expect((await desk.coffer(["get", "ok/BIG"])).code).toBe(3);
  });

  it("a value of exactly 16 MiB is stored", async () => {
    const value = new Uint8Array(16 * MIB).fill(0x61);
    await desk.must(["put", "lim/BIG"], { stdin: value });
    expect(Buffer.compare((await desk.coffer(["get", "lim/BIG"])).bytes, value)).toBe(0);
  });

  it("no value: exit 2 for an empty pipe, for no stdin, and where asking is forbidden", async () => {
    const hint = "--allow-empty stores an empty value";
    expect(await refused(["put", "ok/E"], "")).toEqual({
      code: 2,
      stderr: `coffer: error: stdin is empty\ncoffer: hint: ${hint}\n`,
    });
    expect((await refused(["put", "ok/E", "-"], "")).code).toBe(2);
    expect((await refused(["put", "ok/E", "--chomp"], "\n")).code).toBe(2);
    expect(await refused(["put", "ok/E"])).toEqual({
      code: 2,
      stderr: "coffer: error: no value is given\ncoffer: hint: pipe it in, or give @FILE\n",
    });
  });

  it("a missing file: exit 3, and a folder in its place: exit 1", async () => {
    expect((await refused(["put", "ok/F", "@no-such-file"])).code).toBe(3);
    expect((await refused(["import", "ok/", "no-such-file"])).code).toBe(3);
    expect((await refused(["get", "ok/A", "--contexts", "no-such-file"])).code).toBe(3);
    expect((await refused(["import", "ok/", desk.home])).code).toBe(1);
  });

  it("an output that is a link or a device: exit 2, and it is left as it is", async () => {
    const target = desk.file("target", "old");
    symlinkSync(target, join(desk.home, "link"));
    expect((await refused(["get", "ok/A", "-o", "link"])).code).toBe(2);
    expect((await refused(["export", "ok/", "-o", "/dev/null"])).code).toBe(2);
    expect((await refused(["get", "ok/A", "-o", "no/such/folder"])).code).toBe(1);
    expect(readFileSync(target, "utf8")).toBe("old");
  });

  it("--field of a value that is no JSON object: exit 1", async () => {
    expect((await refused(["get", "ok/A", "--field", "x"])).code).toBe(1);
  });
});

describe.concurrent("a store or key that is not right", () => {
  const desks: Desk[] = [];
  const open = async (options: { init: boolean }): Promise<Desk> => {
    const desk = new Desk();
    desks.push(desk);
    if (options.init) await desk.must(["init"]);
    return desk;
  };
  const VAULT = ".local/share/coffer/vault";
  const KEY = ".config/coffer/master.key";
  afterAll(() => {
    for (const desk of desks) desk.clear();
  });

  it.each([
    [["get", "A"]],
    [["put", "A", "v"]],
    [["list"]],
    [["log"]],
    [["history", "A"]],
    [["delete", "A"]],
    [["import", "/", ".env"]],
    [["export", "/"]],
    [["verify"]],
  ])("no store yet, %j: exit 3 and how to make one", async (args) => {
    const desk = await open({ init: false });
    const { code, stderr } = await desk.coffer(args, { stdin: "value" });
    expect({ code, stderr: scrub(stderr, desk) }).toEqual({
      code: 3,
      stderr: `coffer: error: there is no store at folder:~/${VAULT}\ncoffer: hint: make one with \`coffer init\`\n`,
    });
  });

  it("exec without a store: exit 125", async () => {
    const desk = await open({ init: false });
    expect(await desk.coffer(["exec", "--", "true"])).toMatchObject({ code: 125 });
  });

  it("a folder with other files in it: init exits 2 and changes nothing, put does not begin a store in it", async () => {
    const desk = await open({ init: false });
    const folder = join(desk.home, "project");
    mkdirSync(folder);
    writeFileSync(join(folder, "README"), "mine");
    const url = ["-s", `folder:${folder}`];
    const init = await desk.coffer(["init", ...url]);
    expect({ code: init.code, stderr: scrub(init.stderr, desk) }).toEqual({
      code: 2,
      stderr:
        "coffer: error: ~/project has files in it that are not Coffer's\n" +
        "coffer: hint: name an empty folder, or one that is not there yet\n",
    });
    expect((await desk.coffer(["put", "A", "v", ...url])).code).toBe(3);
    const { stdout } = await desk.shell("find . -type f");
    expect(stdout).toBe("./project/README\n");
  });

  it("a file where the store's folder should be: exit 2", async () => {
    const desk = await open({ init: false });
    const file = desk.file("plain", "x");
    expect((await desk.coffer(["init", "-s", `folder:${file}`])).code).toBe(2);
  });

  it("a lost key: init makes no new one and says to restore it", async () => {
    const desk = await open({ init: true });
    await desk.shell(`rm ${KEY}`);
    const { code, stderr } = await desk.coffer(["init"]);
    expect(code).toBe(3);
    expect(stderr).toContain("the store is there, but its master key is not");
    expect(stderr).toContain("restore");
    expect((await desk.coffer(["get", "A"])).code).toBe(3);
    expect((await desk.shell(`ls ${KEY}`)).code).not.toBe(0);
  });

  it("a key that others may read: exit 5 and the chmod to run", async () => {
    const desk = await open({ init: true });
    await desk.must(["put", "A", "v"]);
    chmodSync(join(desk.home, KEY), 0o644);
    const { code, stderr } = await desk.coffer(["get", "A"]);
    expect(code).toBe(5);
    expect(stderr).toContain("chmod");
  });

  it("another master key: exit 5, and both keys and the namespace are named as they are typed", async () => {
    const desk = await open({ init: true });
    await desk.must(["put", "A", "v"]);
    await desk.must(["put", "prod/A", "v"]);
    await desk.must(["init", "-s", "folder:./other", "-k", "key-file:./other.key"]);
    for (const [path, namespace] of [
      ["A", "/"],
      ["prod/A", "prod/"],
    ] as const) {
      const { code, stderr } = await desk.coffer(["get", path, "-k", "key-file:./other.key"]);
      expect(code).toBe(5);
      const key = "key-file:[A-Za-z0-9_-]{22}";
      expect(stderr).toMatch(
        new RegExp(`^coffer: error: ${namespace} is sealed for another master key \\(${key}\\), not for ${key}\n`),
      );
    }
  });

  it("a store of a newer format: exit 2", async () => {
    const desk = await open({ init: true });
    const record = join(desk.home, VAULT, "_coffer.json");
    writeFileSync(record, readFileSync(record, "utf8").replace('"coffer":1', '"coffer":2'));
    expect((await desk.coffer(["put", "A", "v"])).code).toBe(2);
  });

  it("a store that was changed behind our back: exit 6, and verify says what", async () => {
    const desk = await open({ init: true });
    await desk.must(["put", "A", "v"]);
    await desk.must(["put", "A", "w"]);
    const { stdout } = await desk.shell(`ls -d ${VAULT}/_commits/*/* | head -1`);
    const commit = join(desk.home, stdout.trim());
    writeFileSync(commit, readFileSync(commit, "utf8").replace('"op":"put"', '"op":"pot"'));
    const verify = await desk.coffer(["verify", "--json"]);
    expect(verify.code).toBe(6);
    expect(JSON.parse(verify.stdout)).toMatchObject({
      ok: false,
      namespaces: [
        {
          namespace: "",
          problems: [{ object: expect.stringContaining("commits/"), code: "INTEGRITY", message: expect.any(String) }],
        },
      ],
    });
    expect((await desk.coffer(["get", "A", "--version", "1"])).code).toBe(6);
    expect(await desk.must(["get", "A"])).toBe("w");
  });

  it("a store that went back in time: exit 6 until its head is accepted by name", async () => {
    const desk = await open({ init: true });
    await desk.must(["put", "A", "1"]);
    const { commit } = (await desk.json(["put", "A", "2"])) as { commit: string };
    await desk.shell(`cp -a ${VAULT} backup`);
    await desk.must(["put", "A", "3"]);
    await desk.shell(`rm -r ${VAULT} && mv backup ${VAULT}`);
    for (const args of [["get", "A"], ["put", "A", "4"], ["export", "/"], ["log"]]) {
      expect((await desk.coffer(args)).code, args.join(" ")).toBe(6);
    }
    expect((await desk.coffer(["accept", "/", "--head", `c${"0".repeat(64)}`])).code).toBe(4);
    const accept = await desk.coffer(["accept", "/", "--head", commit]);
    expect({ code: accept.code, stderr: scrub(accept.stderr, desk) }).toEqual({
      code: 0,
      stderr: "coffer: / is trusted at COMMIT, commit 2\n",
    });
    expect(await desk.must(["get", "A"])).toBe("2");
  });

  it("pins from the environment: another store id, a head below the pin, and nonsense", async () => {
    const desk = await open({ init: true });
    const { commit } = (await desk.json(["put", "A", "1"])) as { commit: string };
    const get = async (env: Record<string, string>): Promise<number | null> =>
      (await desk.coffer(["get", "A"], { env })).code;
    expect(await get({ COFFER_STORE_ID: "A".repeat(22) })).toBe(6);
    expect(await get({ COFFER_STORE_ID: "nonsense" })).toBe(2);
    expect(await get({ COFFER_MIN_HEAD: `1:${commit}` })).toBe(0);
    expect(await get({ COFFER_MIN_HEAD: `2:${commit}` })).toBe(6);
    expect(await get({ COFFER_MIN_HEAD: "nonsense" })).toBe(2);
    expect(await get({ COFFER_PROFILE: "prod" })).toBe(3);
    expect(await get({ COFFER_TIMEOUT: "0" })).toBe(2);
  });

  it("verify: all is well, with a key and without", async () => {
    const desk = await open({ init: true });
    await desk.must(["put", "a/A", "1"]);
    await desk.must(["put", "b/A", "1"]);
    expect(scrub(await desk.must(["verify"]), desk)).toBe(
      "ok  a/  1 commit, head COMMIT\nok  b/  1 commit, head COMMIT\n",
    );
    expect(scrub(await desk.must(["verify", "a/", "--no-key"]), desk)).toBe("ok  a/  1 commit, head COMMIT\n");
    expect((await desk.coffer(["verify", "none/"])).code).toBe(3);
    expect(await desk.json(["verify", "--all"])).toEqual({
      ok: true,
      namespaces: ["a", "b"].map((namespace) => ({ namespace, commits: 1, head: expect.any(String), problems: [] })),
    });
  });
});
