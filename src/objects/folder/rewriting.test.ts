import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../core/bytes.js";
import { faultyFileSystem } from "../../testing/faulty-file-system.js";
import { openFolderStore } from "../folder.js";
import type { ObjectStore } from "../object-store.js";
import { type FileSystem, nodeFileSystem } from "./file-system.js";

const COMMIT = "commits/prod!billing/0000000000000001-c0ffee";
const PARENT = "_commits/_prod!billing";
const COMMIT_FILE = `${PARENT}/_0000000000000001-c0ffee`;
const COMMIT_FOLDER = `${PARENT}/+0000000000000001-c0ffee`;
const ABSENT = { absent: true } as const;

let parent: string;
let root: string;
let store: ObjectStore;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "coffer-rewriting-"));
  root = join(parent, "store");
  store = openFolderStore(root);
});

afterEach(() => rmSync(parent, { recursive: true }));

describe("a commit that was rewritten", () => {
  it("is a folder beside where its file was, with a content and a token", async () => {
    await put(COMMIT, "one");
    const etag = await rewrite("two");
    expect(etag).toMatch(/^1\.[0-9a-f]{64}$/);
    expect(readdirSync(join(root, PARENT))).toEqual([basename(COMMIT_FOLDER)]);
    expect(textsIn(COMMIT_FOLDER)).toEqual({ [`@${etag}`]: "", [etag]: "two" });
    const next = await rewrite("three");
    expect(next).toMatch(/^2\./);
    expect(textsIn(COMMIT_FOLDER)).toEqual({ [`@${next}`]: "", [next]: "three" });
  });

  it("is what counts where the file has stayed, which goes when anybody reads it", async () => {
    await put(COMMIT, "one");
    await rewrite("two");
    writeFileSync(join(root, COMMIT_FILE), "one");
    expect(await keys()).toEqual([COMMIT]);
    expect(await textAt(COMMIT)).toBe("two");
    expect(existsSync(join(root, COMMIT_FILE))).toBe(false);
  });

  it("can be read by who may only read, though the file has stayed", async () => {
    await put(COMMIT, "one");
    await rewrite("two");
    writeFileSync(join(root, COMMIT_FILE), "one");
    const files = faultyFileSystem(nodeFileSystem, (_, operation) =>
      ["removeFile", "syncFolder"].includes(operation) ? { kind: "error", code: "EROFS" } : undefined,
    );
    expect((await openFolderStore(root, { files }).get(COMMIT))?.bytes).toEqual(Buffer.from("two"));
  });

  it("is its file still while the folder beside it says so", async () => {
    await put(COMMIT, "one");
    mkdirSync(join(root, COMMIT_FOLDER));
    writeFileSync(join(root, COMMIT_FOLDER, "@0"), "");
    writeFileSync(join(root, COMMIT_FOLDER, `1.${"a".repeat(64)}.${"0".repeat(32)}`), "never came to be");
    expect(await textAt(COMMIT)).toBe("one");
    expect(await keys()).toEqual([COMMIT]);
    expect(await store.put(COMMIT, encodeUtf8("created"), ABSENT)).toBe("refused");
    const etag = await rewrite("two");
    expect(textsIn(COMMIT_FOLDER)).toEqual({ [`@${etag}`]: "", [etag]: "two" });
  });

  it("is not there where that folder alone is left, and can be created", async () => {
    mkdirSync(join(root, COMMIT_FOLDER), { recursive: true });
    writeFileSync(join(root, COMMIT_FOLDER, "@0"), "");
    expect(await textAt(COMMIT)).toBeNull();
    expect(await keys()).toEqual([]);
    await put(COMMIT, "one");
    expect(await textAt(COMMIT)).toBe("one");
  });

  it("cannot be created by who found nothing before it was there", async () => {
    let rewritten = false;
    const files: FileSystem = {
      ...nodeFileSystem,
      link: async (path, newPath) => {
        // Meanwhile another process has done all this.
        await put(COMMIT, "one");
        await rewrite("two");
        rewritten = true;
        await nodeFileSystem.link(path, newPath);
      },
    };
    const late = openFolderStore(root, { files });
    expect(await late.put(COMMIT, encodeUtf8("late"), ABSENT)).toBe("refused");
    expect(rewritten).toBe(true);
    expect(existsSync(join(root, COMMIT_FILE))).toBe(false);
    expect(await textAt(COMMIT)).toBe("two");
  });

  it("stays deleted where that happened after the rewriter had looked", async () => {
    await put(COMMIT, "one");
    const files: FileSystem = {
      ...nodeFileSystem,
      rename: async (path, newPath) => {
        if (newPath === join(root, COMMIT_FOLDER)) await store.delete(COMMIT);
        await nodeFileSystem.rename(path, newPath);
      },
    };
    const etag = (await store.get(COMMIT))?.etag ?? "";
    expect(await openFolderStore(root, { files }).put(COMMIT, encodeUtf8("two"), { etag })).toBe("refused");
    expect(await textAt(COMMIT)).toBeNull();
    expect(await keys()).toEqual([]);
  });

  it("says so when the file cannot be removed, and removes it when it is read", async () => {
    await put(COMMIT, "one");
    const files = faultyFileSystem(nodeFileSystem, (_, operation) =>
      operation === "removeFile" ? { kind: "error", code: "EIO" } : undefined,
    );
    const answer = openFolderStore(root, { files }).put(COMMIT, encodeUtf8("two"), {
      etag: (await store.get(COMMIT))?.etag ?? "",
    });
    await expect(answer).rejects.toMatchObject({
      code: "OUTCOME_UNKNOWN",
      message: expect.stringContaining(COMMIT_FILE),
    });
    expect(await textAt(COMMIT)).toBe("two");
    expect(existsSync(join(root, COMMIT_FILE))).toBe(false);
  });

  it("that is a link or a file is a contradiction", async () => {
    await put(COMMIT, "one");
    symlinkSync(parent, join(root, COMMIT_FOLDER));
    await expect(store.get(COMMIT)).rejects.toMatchObject({ code: "INTEGRITY" });
    await expect(keys()).rejects.toMatchObject({ code: "INTEGRITY" });
  });

  it("is listed, though it was rewritten while its folder was being read", async () => {
    await put(COMMIT, "one");
    const folder = join(root, PARENT);
    const files: FileSystem = {
      ...nodeFileSystem,
      entries: (path) => {
        if (path !== folder || !existsSync(join(root, COMMIT_FILE))) return nodeFileSystem.entries(path);
        renameSync(join(root, COMMIT_FILE), join(parent, "taken"));
        mkdirSync(join(root, COMMIT_FOLDER));
        writeFileSync(join(root, COMMIT_FOLDER, `@1.${"a".repeat(64)}`), "");
        // Such a listing passed where the folder came, before, and where the file was, after.
        return [];
      },
    };
    const found: string[] = [];
    for await (const key of openFolderStore(root, { files }).list("")) found.push(key);
    expect(found).toEqual([COMMIT]);
  });
});

async function put(key: string, text: string): Promise<void> {
  expect(await store.put(key, encodeUtf8(text), ABSENT)).not.toBe("refused");
}

async function textAt(key: string): Promise<string | null> {
  const object = await store.get(key);
  return object && Buffer.from(object.bytes).toString("utf8");
}

async function keys(): Promise<string[]> {
  const all: string[] = [];
  for await (const key of store.list("")) all.push(key);
  return all;
}

/** Rewrites the commit and gives its new ETag. */
async function rewrite(text: string): Promise<string> {
  const answer = await store.put(COMMIT, encodeUtf8(text), { etag: (await store.get(COMMIT))?.etag ?? "" });
  return answer === "refused" ? expect.fail("refused") : answer.etag;
}

/** What is in a folder's files, by their names, the random ends of which are left out. */
function textsIn(folder: string): Record<string, string> {
  const names = readdirSync(join(root, folder));
  return Object.fromEntries(
    names.map((name) => [name.replace(/\.[0-9a-f]{32}$/, ""), readFileSync(join(root, folder, name), "utf8")]),
  );
}
