// A disk of our own, in a mount namespace that only these commands see: real ENOSPC and EROFS, where this system lets us make one.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Desk, type Result } from "./desk.js";

const canMount =
  process.platform === "linux" &&
  spawnSync("unshare", ["-m", "sh", "-c", "mount -t tmpfs tmpfs /mnt"], { stdio: "ignore" }).status === 0;
if (!canMount) console.warn("SKIPPED: no disk can be mounted here, so that a real full disk is not tried");

describe.runIf(canMount)("a disk that takes no more", () => {
  const desk = new Desk();
  const disk = join(desk.home, "disk");

  beforeAll(() => mkdirSync(disk));
  afterAll(() => desk.clear());

  /** Runs a script with an own disk of 200 KB at `$DISK`, a store on it with `a/X` = one, and `coffer` for that store. */
  function onDisk(script: string): Promise<Result> {
    const begin = `mount -t tmpfs -o size=200k tmpfs "$DISK"; coffer init -q; coffer put -q a/X one`;
    const coffer = `coffer() { "${process.execPath}" "${join(import.meta.dirname, "../../dist/cli/coffer.cjs")}" "$@"; }`;
    const env = {
      DISK: disk,
      COFFER_STORE: `folder:${disk}/store`,
      COFFER_KEY: `key-file:${disk}/key`,
      XDG_STATE_HOME: disk,
    };
    return desk.run("unshare", ["-m", "bash", "-c", `${coffer}\n${begin}\n${script}`], { env });
  }

  it("is full: exit 1 and two lines, nothing is changed, and with room it goes on", async () => {
    const { stdout, stderr } = await onDisk(`
      head -c 300000 /dev/zero > "$DISK/fill" 2>&-
      coffer put a/X two; echo " $?"
      coffer get a/X; echo; coffer verify
      rm "$DISK/fill"
      coffer put -q a/X three; echo "$?"; coffer get a/X`);
    expect(stdout.replace(/head c\w+/, "head")).toBe(" 1\none\nok  a/  1 commit, head\n0\nthree");
    expect(stderr).toMatch(
      /^coffer: error: cannot write \S+: no space left on its disk\ncoffer: hint: make room .*\n$/,
    );
  });

  it("has no room for one large value: exit 1, nothing of it stays", async () => {
    const { stdout, stderr } = await onDisk(`
      head -c 300000 /dev/urandom | coffer put a/BIG; echo "$?"
      coffer list; find "$DISK/store" -type f -not -path "*/probe/*" | wc -l`);
    expect(stdout).toBe("1\na/X\n4\n");
    expect(stderr).toContain("no space left on its disk");
  });

  it("is read-only: it can be read, and writing is exit 5 and two lines", async () => {
    const { stdout, stderr } = await onDisk(`
      mount -o remount,ro "$DISK"
      coffer get a/X; echo; coffer init; echo "$?"; coffer put a/X two; echo "$?"; coffer get a/X`);
    expect(stdout).toBe("one\n0\n5\none");
    expect(stderr).toContain("its file system is read-only\ncoffer: hint: mount it writable, or name another store\n");
  });
});
