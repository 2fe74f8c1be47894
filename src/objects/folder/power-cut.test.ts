import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../core/bytes.js";
import { faultyFileSystem } from "../../testing/faulty-file-system.js";
import { type PowerCutFileSystem, powerCutFileSystem } from "../../testing/power-cut-file-system.js";
import { openFolderStore } from "../folder.js";
import type { ObjectStore } from "../object-store.js";
import type { FileSystem } from "./file-system.js";

const HEAD = "heads/prod";
const COMMIT = "commits/prod/1";
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
const FEW_PATTERNS = ["0", "01", "10"].map((pattern) => ({ pattern }));

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

  it.each(FEW_PATTERNS)(
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

describe("after a power failure at any operation of rewriting an object", () => {
  it.each(PATTERNS)(
    "the acknowledged text or a later one is there ($pattern of what was not synced kept)",
    async (cut) => {
      await atEveryRewriting(async (disk, acknowledged) => {
        disk.cutPower(keeping(cut.pattern));
        await expectText(disk, acknowledged);
      });
    },
  );

  it.each(FEW_PATTERNS)(
    "what a second process has seen is there, though the first was killed anywhere before ($pattern kept)",
    async (cut) => {
      await atEveryRewriting(async (disk, acknowledged) => {
        // Who reads also removes what was replaced, though the first process did not vouch for what replaced it.
        const seen = await textAt(openFolderStore(ROOT, { files: disk }), COMMIT);
        disk.cutPower(keeping(cut.pattern));
        await expectText(disk, acknowledged);
        if (acknowledged > 0) expect(await textAt(openFolderStore(ROOT, { files: disk }), COMMIT)).toBe(seen);
      });
    },
  );

  it.each(FEW_PATTERNS)(
    "it is there, though who removed what was replaced was killed then, too ($pattern kept)",
    async ({ pattern }) => {
      await atEveryRewriting(async (disk, acknowledged) => {
        await textAt(openFolderStore(ROOT, { files: killedAfterRemoving(disk) }), COMMIT).catch(() => {});
        disk.cutPower(keeping(pattern));
        await expectText(disk, acknowledged);
      });
    },
  );

  it("it can be rewritten and deleted", async () => {
    await atEveryRewriting(async (disk) => {
      disk.cutPower(() => false);
      const store = openFolderStore(ROOT, { files: disk });
      const held = await store.get(COMMIT);
      const answer = await store.put(COMMIT, encodeUtf8("next"), held === null ? ABSENT : { etag: held.etag });
      expect(answer).not.toBe("refused");
      expect(await textAt(store, COMMIT)).toBe("next");
      await store.delete(COMMIT);
      disk.cutPower(() => false);
      expect(await textAt(store, COMMIT)).toBeNull();
    });
  });
});

describe("after a power failure at any operation of deleting an object that was rewritten", () => {
  it.each(FEW_PATTERNS)("it is whole or gone, and never the old one ($pattern kept)", async ({ pattern }) => {
    await atEveryDeleting(pattern, async (disk) => {
      await rewriteTexts(disk, () => {});
      return "three";
    });
  });

  it.each(FEW_PATTERNS)("it is so where its rewriter was killed, too ($pattern kept)", async ({ pattern }) => {
    await atEveryDeleting(pattern, async (disk) => {
      const store = openFolderStore(ROOT, { files: disk });
      await store.put(COMMIT, encodeUtf8("one"), ABSENT);
      const etag = (await store.get(COMMIT))?.etag ?? "";
      const rewriter = openFolderStore(ROOT, { files: killedAfterRemoving(disk) });
      await rewriter.put(COMMIT, encodeUtf8("two"), { etag }).catch(() => {});
      return "two";
    });
  });
});

async function atEveryDeleting(pattern: string, prepare: (disk: PowerCutFileSystem) => Promise<string>): Promise<void> {
  for (let at = 0, deleted = false; !deleted; at++) {
    expect(at).toBeLessThan(1_000);
    const disk = powerCutFileSystem();
    const text = await prepare(disk);
    const store = openFolderStore(ROOT, { files: killedAt(disk, at) });
    deleted = await store.delete(COMMIT).then(
      () => true,
      () => false,
    );
    disk.cutPower(keeping(pattern));
    expect(deleted ? [null] : [text, null]).toContain(await textAt(openFolderStore(ROOT, { files: disk }), COMMIT));
  }
}

const TEXTS = ["one", "two", "three"];

/** Creates an object and rewrites it twice, and says how many texts were acknowledged, each time. */
async function rewriteTexts(files: FileSystem, acknowledged: (texts: number) => void): Promise<void> {
  const store = openFolderStore(ROOT, { files });
  for (const [index, text] of TEXTS.entries()) {
    const held = await store.get(COMMIT);
    await store.put(COMMIT, encodeUtf8(text), held === null ? ABSENT : { etag: held.etag });
    acknowledged(index + 1);
  }
}

async function atEveryRewriting(
  check: (disk: PowerCutFileSystem, acknowledged: number) => Promise<void>,
): Promise<void> {
  for (let at = 0, last = 0; last < TEXTS.length; at++) {
    expect(at).toBeLessThan(1_000);
    const disk = powerCutFileSystem();
    last = 0;
    await rewriteTexts(killedAt(disk, at), (texts) => {
      last = texts;
    }).catch(() => {});
    await check(disk, last);
  }
}

/** Expects the last text that was acknowledged, or the next one. */
async function expectText(disk: PowerCutFileSystem, acknowledged: number): Promise<void> {
  const allowed = [TEXTS[acknowledged - 1] ?? null, TEXTS[acknowledged] ?? null];
  expect(allowed).toContain(await textAt(openFolderStore(ROOT, { files: disk }), COMMIT));
}

function killedAt(disk: PowerCutFileSystem, at: number): FileSystem {
  return faultyFileSystem(disk, (index) => (index === at ? { kind: "killed" } : undefined));
}

/** Kills the process when it has removed a file below `commits/`. */
function killedAfterRemoving(disk: PowerCutFileSystem): FileSystem {
  let removed = false;
  const seeing: FileSystem = {
    ...disk,
    removeFile: async (path) => {
      removed = path.includes("_commits");
      await disk.removeFile(path);
    },
  };
  return faultyFileSystem(seeing, () => (removed ? { kind: "killed" } : undefined));
}

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
  await writeCommits(killedAt(disk, at), 3, (commit) => {
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
