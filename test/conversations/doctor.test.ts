import { chmodSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Desk } from "./desk.js";

const STORE = ".local/share/coffer/vault";
const KEY = ".config/coffer/master.key";

interface Check {
  readonly id: string;
  readonly status: string;
  readonly message: string;
  readonly hint: string | null;
}

describe("doctor of a folder", () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = new Desk();
    await desk.must(["init"]);
    await desk.must(["put", "prod/A", "canary-51c9"]);
  });
  afterEach(() => desk.clear());

  async function examine(
    args: readonly string[] = [],
    env: Record<string, string> = {},
  ): Promise<{ code: number | null; checks: Map<string, Check> }> {
    const { code, stdout } = await desk.coffer(["doctor", "--json", ...args], { env });
    expect(stdout).not.toContain("canary-51c9");
    const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] }; // As cli.md has it; the tests look at each field.
    expect([ok, code]).toEqual(code === 0 ? [true, 0] : [false, 1]);
    return { code, checks: new Map(checks.map((check) => [check.id, check])) };
  }

  function wrongOf(checks: Map<string, Check>): string[] {
    return [...checks.values()].filter(({ status }) => status === "wrong").map(({ id }) => id);
  }

  it("tells each thing in a line, and what to do below it", async () => {
    const { code, stdout } = await desk.coffer(["doctor"]);
    const lines = stdout.replaceAll(desk.home, "~").split("\n");
    expect(lines[0]).toBe(`ok       settings         no profile: store folder:~/${STORE}, key key-file:~/${KEY}`);
    expect(lines).toContain("ok       compare-and-set  the storage keeps the conditions of writes");
    expect(lines).toContain(
      "                          pin them in a profile: coffer init -p NAME, with the same -s and -k",
    );
    expect(code).toBe(0);
  });

  it("finds nothing wrong where nothing is", async () => {
    const { checks } = await examine();
    expect([...checks.values()].filter(({ status }) => status !== "ok")).toEqual([]);
    expect([...checks.keys()]).toEqual([
      ...["settings", "store", "key", "pins", "folder-mode", "key-mode", "compare-and-set"],
      ...["list", "read", "write", "decrypt", "data-keys", "memory", "clock", "rubbish"],
    ]);
  });

  it("leaves nothing behind", async () => {
    const list = "find . -type f | sort";
    const before = await desk.shell(list);
    await examine();
    expect((await desk.shell(list)).stdout).toBe(before.stdout);
  });

  it("finds a folder that others can enter, and a key that they can exchange or read", async () => {
    chmodSync(join(desk.home, STORE), 0o755);
    chmodSync(join(desk.home, ".config/coffer"), 0o777);
    const open = await examine();
    expect(wrongOf(open.checks)).toEqual(["folder-mode", "key-mode"]);
    expect(open.checks.get("folder-mode")?.hint).toBe(`chmod 700 '${join(desk.home, STORE)}'`);
    chmodSync(join(desk.home, KEY), 0o644);
    const { checks } = await examine();
    expect(wrongOf(checks)).toEqual(["key", "folder-mode", "key-mode"]);
    expect(checks.get("decrypt")).toMatchObject({ status: "unknown", message: "the key cannot be used" });
    expect(checks.get("list")?.status).toBe("ok");
  });

  it("finds that there is no store, and no key", async () => {
    const gone = await examine(["-s", `folder:${desk.home}/nowhere`, "-k", `key-file:${desk.home}/none.key`]);
    expect(wrongOf(gone.checks)).toEqual(["store", "key"]);
    expect(gone.checks.get("store")?.hint).toBe("make one: coffer init");
    expect(gone.checks.get("read")).toMatchObject({ status: "unknown", message: "there is no store to look at" });
  });

  it("finds another store and another key than the pinned ones", async () => {
    const pin = "A".repeat(22);
    expect(wrongOf((await examine([], { COFFER_STORE_ID: pin })).checks)).toContain("store");
    await desk.must(["init", "-p", "mine"]);
    rmSync(join(desk.home, KEY));
    await desk.must(["init", "-q", "-s", `folder:${desk.home}/other`, "-k", `key-file:${desk.home}/other.key`]);
    symlinkSync(join(desk.home, "other.key"), join(desk.home, KEY));
    const { checks } = await examine(["-p", "mine"]);
    expect(wrongOf(checks)).toEqual(["key"]);
    expect(checks.get("key")?.message).toContain("and not the pinned");
  });

  it("names the namespace that does not open, and still opens the others", async () => {
    await desk.must(["put", "dev/A", "x"]);
    await desk.shell(`f=$(ls -d ${STORE}/_heads/_prod/1.*); printf x >> "$f"`);
    const { checks } = await examine();
    expect(wrongOf(checks)).toEqual(["decrypt"]);
    expect(checks.get("decrypt")?.message).toMatch(/^prod\/ does not open: /);
    expect(checks.get("data-keys")?.message).toBe("the oldest, of dev/, are 0 days old");
  });

  it("tells data keys that are older than --rotation says", async () => {
    expect(wrongOf((await examine(["--rotation", "90d"])).checks)).toEqual([]);
    const { checks } = await examine(["--rotation", "0h"]);
    expect(wrongOf(checks)).toEqual(["data-keys"]);
    expect(checks.get("data-keys")?.hint).toBe("new ones: coffer rotate-key prod/");
    const { code, stderr } = await desk.coffer(["doctor", "--rotation", "soon"]);
    expect([code, stderr.split("\n")[0]]).toEqual([2, "coffer: error: --rotation is no duration"]);
  });

  it("tells where nothing can be remembered", async () => {
    const nowhere = { XDG_STATE_HOME: "/proc/nowhere" };
    expect(wrongOf((await examine([], nowhere)).checks)).toEqual(["memory"]);
    const pinned = { ...nowhere, COFFER_MIN_HEAD: `1:c${"0".repeat(64)}` };
    expect((await examine([], pinned)).checks.get("memory")?.status).toBe("ok");
  });

  it("counts what interrupted writers left, which does no harm", async () => {
    writeFileSync(join(desk.home, STORE, `_commits/_prod/_0000000000000001-c${"0".repeat(64)}`), "");
    const { checks } = await examine();
    expect(checks.get("rubbish")).toEqual({
      id: "rubbish",
      status: "ok",
      message: "1 object that nothing refers to, in prod/",
      hint: "coffer purge prod/ --orphans",
    });
  });
});

describe("setup of a folder", () => {
  it("is what init does, and says so", async () => {
    const desk = new Desk();
    const { code, stderr } = await desk.coffer(["setup"]);
    expect(stderr).toContain("coffer: nothing of this is in AWS: setup does what `coffer init` does\n");
    expect(stderr).toContain("coffer: made a store at folder:");
    expect(code).toBe(0);
    expect((await desk.coffer(["setup"])).stderr).toContain("nothing to do");
    expect((await desk.coffer(["setup", "--dry-run", "-s", `folder:${desk.home}/x`])).stderr).toContain(
      `coffer: would do, and has not: folder:${desk.home}/x: make a store there\n`,
    );
    desk.clear();
  });
});
