import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../core/bytes.js";
import { faultyFileSystem } from "../../testing/faulty-file-system.js";
import { type PowerCutFileSystem, powerCutFileSystem } from "../../testing/power-cut-file-system.js";
import { openFolderStore } from "../folder.js";
import type { ObjectStore } from "../object-store.js";
import type { FileSystem } from "./file-system.js";

const HEAD = "heads/prod";
const ROOT = "/srv/store";
const ABSENT = { absent: true } as const;

/**
 * What the vault does, in small: commit after commit is written once, and each time the head is made to name it. Ends
 * where the files fail. `acknowledged` hears of each commit whose head was put.
 */
async function writeCommits(files: FileSystem, last: number, acknowledged: (commit: number) => void): Promise<void> {
  const store = openFolderStore(ROOT, { files });
  for (let commit = (await headOf(store)) + 1; commit <= last; commit++) {
    await store.put(commitKey(commit), encodeUtf8(`commit ${commit}`), ABSENT);
    const head = await store.get(HEAD);
    const answer = await store.put(HEAD, encodeUtf8(`${commit}`), head === null ? ABSENT : { etag: head.etag });
    if (answer !== "refused") acknowledged(commit);
  }
}

// Which of the changes that were not synced are kept: every pattern of four, over and over.
const PATTERNS = Array.from({ length: 16 }, (_, bits) => ({ pattern: bits.toString(2).padStart(4, "0") }));

describe("after a power failure at any operation", () => {
  it.each(PATTERNS)(
    "every acknowledged commit is there and whole ($pattern of what was not synced kept)",
    async ({ pattern }) => {
      await atEveryOperation(async (disk, acknowledged) => {
        disk.cutPower(keeping(pattern));
        await expectCommits(disk, acknowledged);
      });
    },
  );

  it.each([{ pattern: "0" }, { pattern: "01" }, { pattern: "10" }])(
    "what a second process acknowledged is there, though the first was killed anywhere before ($pattern kept)",
    async ({ pattern }) => {
      await atEveryOperation(async (disk) => {
        await writeCommits(disk, 5, () => {});
        disk.cutPower(keeping(pattern));
        await expectCommits(disk, 5);
      });
    },
  );

  it("the store takes new commits", async () => {
    await atEveryOperation(async (disk) => {
      disk.cutPower(() => false);
      const store = openFolderStore(ROOT, { files: disk });
      const head = await store.get(HEAD);
      const answer = await store.put(HEAD, encodeUtf8("next"), head === null ? ABSENT : { etag: head.etag });
      expect(answer).not.toBe("refused");
      expect(await textAt(store, HEAD)).toBe("next");
    });
  });
});

async function atEveryOperation(
  check: (disk: PowerCutFileSystem, acknowledged: number) => Promise<void>,
): Promise<void> {
  for (let at = 0, last = 0; last < 3; at++) {
    expect(at).toBeLessThan(1_000);
    const disk = powerCutFileSystem();
    last = await writeUntil(disk, at);
    await check(disk, last);
  }
}

/** Writes until that operation, which is not done, and gives the last commit that was acknowledged: 0 for none. */
async function writeUntil(disk: PowerCutFileSystem, at: number): Promise<number> {
  let last = 0;
  const files = faultyFileSystem(disk, (index) => (index === at ? { kind: "killed" } : undefined));
  await writeCommits(files, 3, (commit) => {
    last = commit;
  }).catch(() => {});
  return last;
}

async function expectCommits(disk: PowerCutFileSystem, acknowledged: number): Promise<void> {
  const store = openFolderStore(ROOT, { files: disk });
  const head = await headOf(store);
  expect(head).toBeGreaterThanOrEqual(acknowledged);
  for (let commit = 1; commit <= head; commit++)
    expect(await textAt(store, commitKey(commit))).toBe(`commit ${commit}`);
}

async function textAt(store: ObjectStore, key: string): Promise<string | null> {
  const object = await store.get(key);
  return object && Buffer.from(object.bytes).toString("utf8");
}

/** The number of the newest commit, 0 for none. */
async function headOf(store: ObjectStore): Promise<number> {
  return Number((await textAt(store, HEAD)) ?? "0");
}

function keeping(pattern: string): () => boolean {
  let asked = 0;
  return () => {
    asked += 1;
    return pattern[(asked - 1) % pattern.length] === "1";
  };
}

function commitKey(commit: number): string {
  return `commits/prod/${commit}`;
}
