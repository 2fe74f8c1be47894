import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newStorage, openTestVault, text } from "../../testing/vault-scene.js";
import type { RememberedHead } from "./contract.js";
import { openFileMemory } from "./file-memory.js";

const URL = "s3://bucket/prefix";
const SEEN: RememberedHead = {
  store: "A".repeat(22),
  epoch: `AAAAAAAAAAE${"A".repeat(21)}`,
  key: `k${"A".repeat(43)}`,
  sequence: 7,
  commit: `c${"0".repeat(64)}`,
  masterKey: "key-file:x",
};

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "coffer-memory-"));
  folder = join(root, "deep", "heads");
});
afterEach(() => rmSync(root, { recursive: true }));

const files = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true, encoding: "utf8" })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

const fileOfHead = (): string => files().find((file) => !file.endsWith("store.json")) ?? "";

describe("a memory in files", () => {
  it("gives back what was kept, in another program too, and nothing else", async () => {
    const memory = openFileMemory(folder);
    expect(await memory.find(URL, "prod")).toBeNull();
    expect(await memory.findStore(URL)).toBeNull();
    expect(await memory.save(URL, "prod", SEEN)).toBe(true);
    const another = openFileMemory(folder);
    expect(await another.find(URL, "prod")).toEqual(SEEN);
    expect(await another.findStore(URL)).toBe(SEEN.store);
    for (const [url, namespace] of [
      [URL, ""],
      [URL, "prod/billing"],
      ["s3://bucket", "prod"],
    ] as const)
      expect(await another.find(url, namespace)).toBeNull();
    expect(await another.findStore("s3://bucket")).toBeNull();
  });

  it("replaces a head and the store it is of; forgets the head, not the store", async () => {
    const memory = openFileMemory(folder);
    await memory.save(URL, "prod", SEEN);
    await memory.save(URL, "prod", { ...SEEN, sequence: 8, store: `${"B".repeat(21)}A` });
    expect(await memory.find(URL, "prod")).toMatchObject({ sequence: 8 });
    expect(await memory.save(URL, "prod", null)).toBe(true);
    expect(await memory.save(URL, "prod", null)).toBe(true);
    expect(await memory.find(URL, "prod")).toBeNull();
    expect(await memory.findStore(URL)).toBe(`${"B".repeat(21)}A`);
  });

  it.skipIf(process.platform === "win32")("is for its user alone: folders 0700, files 0600, no drafts", async () => {
    await openFileMemory(folder).save(URL, "prod", SEEN);
    expect(files()).toHaveLength(2);
    for (const file of files()) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(fileOfHead(), "..")).mode & 0o777).toBe(0o700);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it("says for a person which store and namespace a file is about, and nothing secret", async () => {
    const memory = openFileMemory(folder);
    await memory.save(URL, "prod/billing", SEEN);
    expect(JSON.parse(readFileSync(fileOfHead(), "utf8"))).toEqual({ url: URL, namespace: "prod/billing", ...SEEN });
  });

  it("answers false, and throws nothing, where nothing can be kept", async () => {
    // A folder below a file can be made by nobody, not even by root.
    const file = join(root, "file");
    writeFileSync(file, "");
    const memory = openFileMemory(join(file, "heads"));
    expect(await memory.save(URL, "prod", SEEN)).toBe(false);
    expect(await memory.find(URL, "prod")).toBeNull();
    expect(await memory.findStore(URL)).toBeNull();
    const vault = openTestVault(await newStorage(), { memory });
    await vault.commit("prod", [{ op: "put", name: "A", value: text("x") }]);
    expect(await vault.read("prod/A")).not.toBeNull();
  });

  it.each(["", "\0\0\0\0"])("takes a file that a power cut left as %j for none", async (content) => {
    const memory = openFileMemory(folder);
    await memory.save(URL, "prod", SEEN);
    for (const file of files()) writeFileSync(file, content);
    expect(await memory.find(URL, "prod")).toBeNull();
    expect(await memory.findStore(URL)).toBeNull();
    expect(await memory.save(URL, "prod", SEEN)).toBe(true);
    expect(await memory.find(URL, "prod")).toEqual(SEEN);
    expect(await memory.findStore(URL)).toBe(SEEN.store);
  });

  it.each([
    ["half a file", '{"url":"s3://buck'],
    ["no object", "null"],
    ["a list", "[]"],
    ["a field missing", JSON.stringify({ ...SEEN, commit: undefined })],
    ["a sequence of 0", JSON.stringify({ ...SEEN, sequence: 0 })],
    ["a text for a number", JSON.stringify({ ...SEEN, sequence: "7" })],
    ["no epoch", JSON.stringify({ ...SEEN, epoch: "x" })],
  ])("refuses %s, names the file, and says what to do", async (_, content) => {
    const memory = openFileMemory(folder);
    await memory.save(URL, "prod", SEEN);
    const file = fileOfHead();
    writeFileSync(file, content);
    const finding = memory.find(URL, "prod");
    await expect(finding).rejects.toMatchObject({ code: "FAILED", message: expect.stringContaining(file) });
    await expect(finding).rejects.toMatchObject({ hint: expect.stringContaining("remove that file") });
  });
});
