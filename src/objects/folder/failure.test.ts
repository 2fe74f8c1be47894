import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../core/bytes.js";
import { type FileOperation, faultyFileSystem } from "../../testing/faulty-file-system.js";
import { openFolderStore } from "../folder.js";
import type { ObjectStore } from "../object-store.js";
import { nodeFileSystem } from "./file-system.js";

const HEAD = "heads/prod!billing";
const COMMIT = "commits/prod!billing/0000000000000001-c0ffee";
const COMMIT_FILE = "_commits/_prod!billing/_0000000000000001-c0ffee";
const ABSENT = { absent: true } as const;
const DAY = 24 * 60 * 60 * 1000;

let root: string;
let store: ObjectStore;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "coffer-failing-"));
  store = openFolderStore(root);
});

afterEach(() => rmSync(root, { recursive: true }));

describe("what killed processes leave under tmp", () => {
  it("is swept at the first put when it is older than a day, and stays until then", async () => {
    await put(COMMIT, "x");
    const names = ["old-file", "new-file", "old-folder", "new-folder"];
    for (const name of names) {
      const path = join(root, "tmp", name);
      if (name.endsWith("file")) writeFileSync(path, "left");
      else mkdirSync(path);
      if (name.endsWith("folder")) writeFileSync(join(path, "content"), "left");
    }
    const now = Date.now();
    const old = new Date(now - DAY - 60_000);
    for (const name of names.filter((each) => each.startsWith("old"))) utimesSync(join(root, "tmp", name), old, old);
    await openFolderStore(root, { now: () => now }).put("coffer.json", encodeUtf8("{}"), ABSENT);
    expect(readdirSync(join(root, "tmp")).sort()).toEqual(["new-file", "new-folder"]);
  });

  it("does not stop a put when it cannot be removed", async () => {
    await put(COMMIT, "x");
    writeFileSync(join(root, "tmp/left"), "");
    const later = openFolderStore(root, {
      now: () => Date.now() + 2 * DAY,
      files: failing("removeFile", "EACCES", { times: 1 }),
    });
    await later.put("coffer.json", encodeUtf8("{}"), ABSENT);
    expect(await textAt("coffer.json")).toBe("{}");
  });
});

describe("a folder store whose disk fails", () => {
  it.each([
    { operation: "write", code: "ENOSPC", as: "FAILED", says: /no space left/ },
    { operation: "write", code: "EDQUOT", as: "FAILED", says: /no space left in your quota/ },
    { operation: "sync", code: "EIO", as: "FAILED", says: /EIO/ },
    { operation: "makeFile", code: "EROFS", as: "ACCESS_DENIED", says: /read-only/ },
    { operation: "makeFile", code: "EACCES", as: "ACCESS_DENIED", says: /permission denied/ },
    { operation: "link", code: "EPERM", as: "UNSUPPORTED", says: /makes no hard links/ },
    { operation: "link", code: "EXDEV", as: "FAILED", says: /different disks/ },
    { operation: "link", code: "ETIMEDOUT", as: "UNREACHABLE", says: /does not answer/ },
  ] as const)("says $as when $operation fails with $code, and names the object's file", async (failure) => {
    await store.put("coffer.json", encodeUtf8("{}"), ABSENT);
    await put("commits/prod!billing/earlier", "x");
    const broken = openFolderStore(root, { files: failing(failure.operation, failure.code) });
    const answer = broken.put(COMMIT, encodeUtf8("x"), ABSENT);
    await expect(answer).rejects.toMatchObject({ code: failure.as, hint: expect.any(String) });
    await expect(answer).rejects.toThrow(failure.says);
    await expect(answer).rejects.toThrow(join(root, COMMIT_FILE));
    expect(readdirSync(join(root, "tmp"))).toEqual([]);
  });

  it.each([COMMIT, HEAD])("does not vouch for %s when the last sync of its folder fails", async (key) => {
    await put("commits/prod!billing/earlier", "x");
    await put("heads/earlier", "x");
    let syncs = 0;
    const syncing = faultyFileSystem(nodeFileSystem, (_, operation) => {
      if (operation === "syncFolder") syncs += 1;
      return undefined;
    });
    await openFolderStore(root, { files: syncing }).put(key, encodeUtf8("x"), ABSENT);
    await store.delete(key);
    const broken = openFolderStore(root, { files: failing("syncFolder", "EIO", { after: syncs - 1 }) });
    await expect(broken.put(key, encodeUtf8("x"), ABSENT)).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(await textAt(key)).toBe("x");
  });

  it("names the file that may not be read", async () => {
    await put(COMMIT, "x");
    const broken = openFolderStore(root, { files: failing("read", "EACCES") });
    await expect(broken.get(COMMIT)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    await expect(broken.get(COMMIT)).rejects.toThrow(`cannot read ${join(root, COMMIT_FILE)}`);
  });
});

async function put(key: string, text: string): Promise<void> {
  expect(await store.put(key, encodeUtf8(text), ABSENT)).not.toBe("refused");
}

async function textAt(key: string): Promise<string | null> {
  const object = await store.get(key);
  return object && Buffer.from(object.bytes).toString("utf8");
}

/** Real files, of which one operation fails: always, or `times` times, or only after it went well some times. */
function failing(which: FileOperation, code: string, { times = Number.POSITIVE_INFINITY, after = 0 } = {}) {
  let seen = 0;
  return faultyFileSystem(nodeFileSystem, (_, operation) => {
    if (operation !== which) return undefined;
    seen += 1;
    return seen > after && seen <= after + times ? { kind: "error", code } : undefined;
  });
}
