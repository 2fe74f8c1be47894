import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Desk, type Result, scrub } from "./desk.js";

const CANARY = "canary-9b41e7";
const ID = expect.stringMatching(/^s[0-9a-f]{32}$/);
const COMMIT = expect.stringMatching(/^c[0-9a-f]{64}$/);
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

interface Inbox {
  readonly submissions: readonly { readonly id: string; readonly puts: readonly { readonly name: string }[] }[];
}

describe("handing in and accepting", () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = new Desk();
    await desk.must(["init"]);
    await desk.must(["put", "prod/OLD", "1"]);
  });
  afterEach(() => desk.clear());

  const shown = ({ code, stdout, stderr }: Result): { code: number | null; stdout: string; stderr: string } => {
    expect(stdout + stderr).not.toContain(CANARY);
    const plain = (text: string): string => scrub(text, desk).replace(/\bs[0-9a-f]{12}([0-9a-f]{20})?\b/g, "ID");
    return { code, stdout: plain(stdout), stderr: plain(stderr) };
  };
  const say = async (...args: string[]): Promise<ReturnType<typeof shown>> => shown(await desk.coffer(args));
  const submit = async (path: string, ...more: string[]): Promise<string> => {
    // The one who hands it in says its id to programs.
    const { submission } = (await desk.json(["put", path, CANARY, "--submit", ...more])) as { submission: string };
    return submission;
  };
  const waiting = async (namespace = "prod/"): Promise<string[]> =>
    ((await desk.json(["inbox", namespace])) as Inbox).submissions.map(({ id }) => id);
  const folder = (...parts: string[]): string => join(desk.home, ".local/share/coffer/vault/_inbox", ...parts);
  const count = async (): Promise<number> => ((await desk.json(["log", "prod/"])) as { commits: [] }).commits.length;

  it("goes from the one who hands in to the one who accepts, and says at each step what is so", async () => {
    const args = [
      "put",
      "prod/DB_URL",
      "-",
      "--submit",
      "-m",
      "the new one",
      "--comment",
      "by mail",
      "--expires",
      "2030-01-01",
    ];
    expect(shown(await desk.coffer(args, { stdin: CANARY }))).toEqual({
      code: 0,
      stdout: "",
      stderr: "coffer: prod/DB_URL is handed in as ID, and counts once it is accepted: coffer inbox prod/\n",
    });
    expect((await say("get", "prod/DB_URL")).code).toBe(3);
    expect(await say("inbox", "prod/")).toEqual({
      code: 0,
      stdout: "ID  TIME  AUTHOR\n    the new one\n    DB_URL (expires TIME; by mail)\n",
      stderr: "",
    });
    expect(await say("inbox", "prod/", "--accept", "--all", "--dry-run")).toEqual({
      code: 0,
      stdout: "",
      stderr: "coffer: would do, and has not: accepted ID: 1 added\n",
    });
    const [id = ""] = await waiting();
    expect(await say("inbox", "prod/", "--accept", id.slice(1, 9))).toEqual({
      code: 0,
      stdout: "",
      stderr: "coffer: accepted ID: 1 added (commit COMMIT)\n",
    });
    expect(await desk.must(["get", "prod/DB_URL"])).toBe(CANARY);
    expect((await say("log", "prod/", "--limit", "1")).stdout).toBe(
      "COMMIT  #2  TIME  AUTHOR\n    handed in by AUTHOR the new one\n    added DB_URL (version 1)\n",
    );
    expect(await say("inbox", "prod/")).toEqual({ code: 0, stdout: "", stderr: "coffer: nothing waits in prod/\n" });
    expect(await say("inbox", "prod/", "--accept", id)).toEqual({
      code: 3,
      stdout: "",
      stderr:
        "coffer: error: nothing of that id waits in prod/\n" +
        "coffer: hint: see what does: coffer inbox prod/; what was accepted is in the log: coffer log prod/\n",
    });
  });

  it("speaks JSON", async () => {
    const put = await desk.json(["put", "prod/A", CANARY, "--submit", "-c", "env=prod", "--binary"]);
    expect(put).toEqual({
      commit: null,
      namespace: "prod",
      sequence: null,
      changed: [],
      dryRun: false,
      submission: ID,
    });
    const submission = {
      id: ID,
      time: TIME,
      author: expect.any(String),
      message: null,
      context: ["env"],
      puts: [{ name: "A", type: "binary", comment: null, expires: null }],
      problem: null,
    };
    expect(await desk.json(["inbox", "prod/"])).toEqual({
      namespace: "prod",
      verified: false,
      submissions: [submission],
    });
    expect(await desk.json(["inbox", "prod/", "--all", "-c", "env=prod", "--stage", "next"])).toEqual({
      commit: COMMIT,
      namespace: "prod",
      sequence: 2,
      changed: [{ name: "A", version: "1", change: "added" }],
      dryRun: false,
      accepted: [ID],
      already: [],
      left: [],
    });
    expect(await desk.json(["inbox", "prod/", "--accept", "--all"])).toMatchObject({
      sequence: 2,
      changed: [],
      accepted: [],
    });
    const id = await submit("prod/A");
    expect(await desk.json(["inbox", "prod/", "--reject", id, "-y"])).toEqual({
      namespace: "prod",
      rejected: [id],
      dryRun: false,
    });
    expect(await desk.must(["get", "prod/A", "--stage", "next", "-c", "env=prod", "--force"])).toBe(CANARY);
  });

  it("makes one commit of several, the older first, and says which is the later version", async () => {
    const [first, second, third] = [await submit("prod/OLD"), await submit("prod/OLD"), await submit("prod/NEW")];
    expect(await waiting()).toEqual([first, second, third]);
    expect(await desk.json(["inbox", "prod/", "--accept", third, second, first])).toMatchObject({
      changed: [
        { name: "OLD", version: "2" },
        { name: "OLD", version: "3" },
        { name: "NEW", version: "1" },
      ],
      accepted: [first, second, third],
    });
    expect(await count()).toBe(2);
  });

  it("reads nothing of the store: an empty folder and the store's id are enough", async () => {
    const { store: id } = (await desk.json(["init"])) as { store: string };
    const elsewhere = join(desk.home, "elsewhere");
    mkdirSync(elsewhere, { mode: 0o700 });
    const blind = ["put", "prod/A", CANARY, "--submit", "-s", `folder:${elsewhere}`];
    expect(await say(...blind)).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "coffer: error: the store's id is not known, and who hands something in reads nothing of the store\n" +
        "coffer: hint: pin it: store_id in the profile, or COFFER_STORE_ID; `coffer init --json` prints it to who can read the store\n",
    });
    expect(readdirSync(elsewhere)).toEqual([]);
    expect((await desk.coffer(blind, { env: { COFFER_STORE_ID: id } })).code).toBe(0);
    cpSync(join(elsewhere, "_inbox"), folder(), { recursive: true });
    await desk.must(["inbox", "prod/", "--accept", "--all"]);
    expect(await desk.must(["get", "prod/A"])).toBe(CANARY);
  });

  it.each([["--if-version", "1"], ["--if-commit", "c0123456789"], ["--stage", "next"], ["--own-key"]])(
    "put --submit takes no %s, which is for who accepts to say",
    async (...flag) => {
      const { code, stderr } = await say("put", "prod/A", CANARY, "--submit", ...flag);
      expect([code, stderr.split("\n")[0]]).toEqual([2, `coffer: error: put --submit takes no ${flag[0]}`]);
      expect(await waiting()).toEqual([]);
    },
  );

  it("put --submit --dry-run hands nothing in", async () => {
    const { stderr } = await say("put", "prod/A", CANARY, "--submit", "--dry-run");
    expect(stderr).toBe("coffer: would do, and has not: hand in prod/A\n");
    expect(await waiting()).toEqual([]);
  });

  it.each([
    [["prod/", "--accept"], "inbox: --accept takes ids"],
    [["prod/", "--reject"], "inbox: --reject takes ids"],
    [["prod/", "0123456789"], "inbox: ids say what to accept or reject"],
    [["prod/", "--accept", "--all", "0123456789"], "inbox: --all and ids exclude each other"],
    [["prod/", "--accept", "--reject", "0123456789"], "--accept and --reject exclude each other"],
    [["prod/", "-m", "why"], "inbox: --message goes with --accept"],
    [["prod/", "--reject", "0123456789", "--stage", "s"], "inbox: --stage goes with --accept"],
  ])("%j is a mistake in what was typed", async (args, message) => {
    const { code, stderr } = await say("inbox", ...args);
    expect([code, stderr.split("\n")[0]]).toEqual([2, `coffer: error: ${message}`]);
  });

  it("--if-version and --if-commit hold for what is accepted", async () => {
    await submit("prod/OLD");
    expect((await say("inbox", "prod/", "--all", "--if-version", "0")).code).toBe(4);
    expect((await say("inbox", "prod/", "--all", "--if-commit", "c0123456789abcdef")).code).toBe(4);
    await submit("prod/OLD");
    expect((await say("inbox", "prod/", "--all", "--if-version", "1")).code).toBe(2);
    expect(await count()).toBe(1);
  });

  it("without the context nothing is accepted, and it says which is missing", async () => {
    await submit("prod/A", "-c", "env=prod");
    await submit("prod/B");
    const { code, stderr } = await say("inbox", "prod/", "--accept", "--all");
    expect([code, stderr]).toEqual([
      5,
      'coffer: error: inbox/prod/ID was handed in with a context: "env" is not given\ncoffer: hint: give it: -c env=…\n',
    ]);
    expect(await count()).toBe(1);
  });

  it("rejecting asks, and without a terminal wants to be told", async () => {
    const id = await submit("prod/A");
    expect(await say("inbox", "prod/", "--reject", id)).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "coffer: error: 1 submission would be gone for good, and there is nobody to ask\ncoffer: hint: -y says that you mean it\n",
    });
    const no = await desk.terminal(`coffer inbox prod/ --reject ${id}`, [["[y/N]", "n\n"]]);
    expect(no.code).toBe(130);
    expect(no.stdout).toContain("    A\r\n");
    expect(await waiting()).toEqual([id]);
    const yes = await desk.terminal(`coffer inbox prod/ --reject ${id}`, [["[y/N]", "y\n"]]);
    expect(yes.code).toBe(0);
    expect(await waiting()).toEqual([]);
    expect(yes.stdout + no.stdout).not.toContain(CANARY);
  });

  it("accepting at a terminal shows names and senders first, and asks", async () => {
    await submit("prod/A", "-m", "look at me");
    const no = await desk.terminal("coffer inbox prod/ --accept --all", [["accept? [y/N]", "n\n"]]);
    expect(no.code).toBe(130);
    expect(no.stdout).toMatch(/in the inbox of prod\/\r\n.*\r\n {4}look at me\r\n {4}A\r\n.*accept\?/s);
    expect(no.stdout).not.toContain(CANARY);
    expect(await count()).toBe(1);
    const yes = await desk.terminal("coffer inbox prod/ --accept --all", [["accept? [y/N]", "y\n"]]);
    expect(yes.code).toBe(0);
    expect(await count()).toBe(2);
  });

  it("what is damaged, foreign, moved or renamed is named, hides nothing, and is not accepted", async () => {
    const [changed, moved, renamed, good] = [
      await submit("prod/A"),
      await submit("dev/A"),
      await submit("prod/C"),
      await submit("prod/D"),
    ];
    const file = folder("_prod", `_${changed}`);
    writeFileSync(file, readFileSync(file, "utf8").replace('"name":"A"', '"name":"B"'));
    renameSync(folder("_dev", `_${moved}`), folder("_prod", `_${moved}`));
    renameSync(folder("_prod", `_${renamed}`), folder("_prod", `_s${"0".repeat(32)}`));
    writeFileSync(folder("_prod", "_rubbish"), CANARY);
    const { code, stdout } = await say("inbox", "prod/");
    expect(code).toBe(0);
    expect(stdout).toContain("    D\n");
    expect(stdout).toMatch(/ID {2}INTEGRITY {2}inbox\/prod\/ID is a submission of another id/);
    expect(stdout).toMatch(/ID {2}INTEGRITY {2}inbox\/prod\/ID is a submission to another namespace/);
    expect(stdout).toMatch(/rubbish {2}INTEGRITY {2}inbox\/prod\/rubbish is no submission/);
    for (const id of [changed, moved, "00000000", "rubbish"]) {
      const refused = await desk.coffer(["inbox", "prod/", "--accept", id]);
      expect([refused.code, shown(refused).stderr.split("\n")[0]]).toEqual([
        6,
        expect.stringMatching(/^coffer: error: inbox\/prod\/(ID|rubbish) is /),
      ]);
    }
    const all = await say("inbox", "prod/", "--accept", "--all");
    expect([all.code, await count()]).toEqual([6, 1]);
    await desk.must(["inbox", "prod/", "--reject", changed, moved, "00000000", "rubbish", "-y"]);
    expect(await waiting()).toEqual([good]);
    await desk.must(["inbox", "prod/", "--accept", "--all"]);
    expect(await desk.must(["get", "prod/D"])).toBe(CANARY);
    expect((await say("verify", "--all")).code).toBe(0);
  });

  it("a copy that is put back is not accepted again", async () => {
    const id = await submit("prod/OLD");
    const copy = join(desk.home, "copy");
    cpSync(folder("_prod"), copy, { recursive: true });
    await desk.must(["inbox", "prod/", "--accept", id]);
    await desk.must(["put", "prod/OLD", "newer"]);
    rmSync(folder("_prod"), { recursive: true });
    renameSync(copy, folder("_prod"));
    expect(await waiting()).toEqual([id]);
    expect(await say("inbox", "prod/", "--accept", "--all")).toEqual({
      code: 0,
      stdout: "",
      stderr: "coffer: ID was accepted before; nothing was done again\n",
    });
    expect(await desk.must(["get", "prod/OLD"])).toBe("newer");
    expect(await waiting()).toEqual([]);
  });

  it("two who accept the same at once make one commit", async () => {
    const id = await submit("prod/A");
    const both = await Promise.all([1, 2].map(() => desk.coffer(["inbox", "prod/", "--accept", id])));
    expect(both.map(({ code }) => code).sort()).toEqual([0, expect.toSatisfy((code) => code === 0 || code === 3)]);
    expect(await count()).toBe(2);
    expect(await waiting()).toEqual([]);
  });

  it("where there is no store it says so", async () => {
    const other = new Desk();
    const { code, stderr } = await other.coffer(["inbox", "prod/"]);
    expect([code, stderr]).toEqual([3, expect.stringMatching(/^coffer: error: there is no store at /)]);
    other.clear();
  });
});
