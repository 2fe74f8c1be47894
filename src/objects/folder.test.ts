import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeUtf8 } from "../core/bytes.js";
import { objectStoreContract } from "../testing/object-store-contract.js";
import { openFolderStore } from "./folder.js";
import type { ObjectStore } from "./object-store.js";

const HEAD = "heads/prod!billing";
const HEAD_FOLDER = "_heads/_prod!billing";
const COMMIT = "commits/prod!billing/0000000000000001-c0ffee";
const COMMIT_FILE = "_commits/_prod!billing/_0000000000000001-c0ffee";
const ABSENT = { absent: true } as const;

let parent: string;
let root: string;
let store: ObjectStore;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "coffer-folder-"));
  root = join(parent, "store");
  store = openFolderStore(root);
});

afterEach(() => rmSync(parent, { recursive: true }));

describe("a folder store", () => {
  it("keeps a head as a content and a token, and other objects as files", async () => {
    await put(HEAD, "first");
    await put(COMMIT, "commit");
    const [token, content] = readdirSync(join(root, HEAD_FOLDER)).sort((a, b) => a.length - b.length);
    expect(token).toMatch(/^@1\.[0-9a-f]{64}$/);
    expect(content).toMatch(new RegExp(`^${token?.slice(1)}\\.[0-9a-f]{32}$`));
    expect(readFileSync(join(root, COMMIT_FILE), "utf8")).toBe("commit");
  });

  it("reads nothing from a folder that is not there, and does not make it", async () => {
    expect(await store.get(HEAD)).toBeNull();
    expect(await keys()).toEqual([]);
    await store.delete(HEAD);
    expect(existsSync(root)).toBe(false);
  });

  it("makes a missing folder, with those above it, at the first put", async () => {
    root = join(parent, "a/b/c");
    store = openFolderStore(root);
    await put(COMMIT, "x");
    expect(await textAt(COMMIT)).toBe("x");
  });

  it("lets its owner alone in, whatever the umask", async () => {
    const umask = process.umask(0);
    try {
      await put(HEAD, "1");
      await put(COMMIT, "2");
      await store.put(HEAD, encodeUtf8("3"), { etag: (await store.get(HEAD))?.etag ?? "" });
    } finally {
      process.umask(umask);
    }
    for (const path of everythingBelow(parent)) {
      const status = statSync(path);
      expect([path, (status.mode & 0o777).toString(8)]).toEqual([path, status.isDirectory() ? "700" : "600"]);
    }
  });

  it("leaves no content and nothing under tmp behind", async () => {
    await put(HEAD, "1");
    await put(COMMIT, "2");
    for (let round = 0; round < 3; round++) {
      await store.put(HEAD, encodeUtf8(`${round}`), { etag: (await store.get(HEAD))?.etag ?? "" });
      await store.put(COMMIT, encodeUtf8("again"), ABSENT);
    }
    expect(readdirSync(join(root, HEAD_FOLDER))).toHaveLength(2);
    expect(readdirSync(join(root, "tmp"))).toEqual([]);
  });

  it.each(["coffer.json", "blobs/prod!billing/0000000000000001-b0ffee", "commits"])(
    "says that it cannot replace %s, which is written once",
    async (key) => {
      await put(key, "x");
      const answer = store.put(key, encodeUtf8("y"), { etag: (await store.get(key))?.etag ?? "" });
      await expect(answer).rejects.toMatchObject({ code: "UNSUPPORTED" });
    },
  );

  it.each(["heads", "heads/a/b", "probe"])("says that it keeps no object at %s", async (key) => {
    await expect(store.put(key, encodeUtf8("x"), ABSENT)).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  it("passes over what other programs leave beside its objects", async () => {
    await put(HEAD, "x");
    await put(COMMIT, "y");
    for (const folder of [root, join(root, "_commits"), join(root, HEAD_FOLDER)]) {
      writeFileSync(join(folder, ".DS_Store"), "");
      writeFileSync(join(folder, "_prod (conflicted copy)"), "");
    }
    expect(await keys()).toEqual([COMMIT, HEAD]);
    expect(await textAt(HEAD)).toBe("x");
  });
});

describe("links below the root of a folder store", () => {
  it("are not needed: the root itself may be one", async () => {
    mkdirSync(join(parent, "elsewhere"));
    symlinkSync("elsewhere", root);
    await put(COMMIT, "x");
    expect(readFileSync(join(parent, "elsewhere", COMMIT_FILE), "utf8")).toBe("x");
  });

  it.each(["_heads", HEAD_FOLDER, "_commits", "_commits/_prod!billing", "tmp"])(
    "are refused where %s should be a folder, and nothing is written through them",
    async (path) => {
      await put(HEAD, "1");
      await put(COMMIT, "2");
      const { etag } = (await store.get(HEAD)) ?? { etag: "" };
      renameSync(join(root, path), join(parent, "elsewhere"));
      symlinkSync(join(parent, "elsewhere"), join(root, path));
      const before = everythingBelow(join(parent, "elsewhere"));
      const key = path.startsWith("_heads") ? HEAD : COMMIT;
      if (path !== "tmp") await expect(store.get(key)).rejects.toMatchObject({ code: "INTEGRITY" });
      await expect(
        store.put(`${COMMIT}2`, encodeUtf8("3"), ABSENT).then(() => store.put(HEAD, encodeUtf8("3"), { etag })),
      ).rejects.toMatchObject({ code: "INTEGRITY" });
      expect(everythingBelow(join(parent, "elsewhere"))).toEqual(before);
    },
  );

  it("are refused in place of an object", async () => {
    await put(COMMIT, "x");
    renameSync(join(root, COMMIT_FILE), join(parent, "elsewhere"));
    symlinkSync(join(parent, "elsewhere"), join(root, COMMIT_FILE));
    await expect(store.get(COMMIT)).rejects.toMatchObject({ code: "INTEGRITY" });
    await expect(keys()).rejects.toMatchObject({ code: "INTEGRITY" });
    expect(await store.put(COMMIT, encodeUtf8("y"), ABSENT)).toBe("refused");
    expect(readFileSync(join(parent, "elsewhere"), "utf8")).toBe("x");
  });

  it("are refused in place of a head's content", async () => {
    await put(HEAD, "x");
    const content = join(root, HEAD_FOLDER, contents()[0] ?? "");
    renameSync(content, join(parent, "elsewhere"));
    symlinkSync(join(parent, "elsewhere"), content);
    await expect(store.get(HEAD)).rejects.toMatchObject({ code: "INTEGRITY" });
  });

  it("are not the only thing that is no object: a folder in place of a file is none either", async () => {
    mkdirSync(join(root, COMMIT_FILE), { recursive: true });
    await expect(store.get(COMMIT)).rejects.toMatchObject({ code: "INTEGRITY" });
  });
});

describe("a head in a folder store", () => {
  it("with two tokens is a contradiction", async () => {
    await put(HEAD, "x");
    writeFileSync(join(root, HEAD_FOLDER, `@2.${"a".repeat(64)}`), "");
    await expect(store.get(HEAD)).rejects.toMatchObject({ code: "INTEGRITY", message: expect.stringContaining(HEAD) });
  });

  it("without a token is a contradiction", async () => {
    await put(HEAD, "x");
    rmSync(join(root, HEAD_FOLDER, readdirSync(join(root, HEAD_FOLDER)).find((name) => name.startsWith("@")) ?? ""));
    await expect(store.get(HEAD)).rejects.toMatchObject({ code: "INTEGRITY", message: expect.stringContaining(HEAD) });
  });

  it("whose content is not the one that the token names is a contradiction", async () => {
    await put(HEAD, "x");
    writeFileSync(join(root, HEAD_FOLDER, contents()[0] ?? ""), "y");
    await expect(store.get(HEAD)).rejects.toMatchObject({ code: "INTEGRITY", message: expect.stringContaining(HEAD) });
  });

  it("is found beside a content of the same name that is still being written", async () => {
    await put(HEAD, "x");
    const name = contents()[0] ?? "";
    writeFileSync(join(root, HEAD_FOLDER, `${name.slice(0, -32)}${"0".repeat(32)}`), "");
    writeFileSync(join(root, HEAD_FOLDER, `${name.slice(0, -32)}${"f".repeat(32)}`), "");
    expect(await textAt(HEAD)).toBe("x");
  });

  it("keeps the content that a writer is about to name, while another one replaces it", async () => {
    await put(HEAD, "x");
    const killed = `2.${"a".repeat(64)}.${"0".repeat(32)}`;
    const about = `3.${"b".repeat(64)}.${"0".repeat(32)}`;
    for (const name of [killed, about]) writeFileSync(join(root, HEAD_FOLDER, name), "");
    await store.put(HEAD, encodeUtf8("y"), { etag: (await store.get(HEAD))?.etag ?? "" });
    expect(contents()).toContain(about);
    expect(contents()).not.toContain(killed);
  });
});

objectStoreContract(
  "a folder",
  () => Promise.resolve({ store: openFolderStore(join(parent, "contract")), dispose: () => Promise.resolve() }),
  { describe, it },
);

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

function contents(): string[] {
  return readdirSync(join(root, HEAD_FOLDER)).filter((name) => /^[0-9]/.test(name));
}

function everythingBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" }).map((name) => join(path, name));
}
