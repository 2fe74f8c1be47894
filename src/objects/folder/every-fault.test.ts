import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../core/bytes.js";
import { isCofferError } from "../../errors.js";
import { type FileFault, type FileOperation, faultyFileSystem, Killed } from "../../testing/faulty-file-system.js";
import { openFolderStore } from "../folder.js";
import type { ObjectStore } from "../object-store.js";
import { type FileSystem, nodeFileSystem } from "./file-system.js";

const HEAD = "heads/prod!billing";
const COMMIT = "commits/prod!billing/0000000000000001-c0ffee";

const FAULTS: readonly FileFault[] = [
  ...["ENOSPC", "EIO", "EACCES", "EPERM", "ENOENT", "EEXIST", "ETIMEDOUT"].map(
    (code) => ({ kind: "error", code }) as const,
  ),
  ...["EIO", "ENOENT", "EEXIST", "ETIMEDOUT"].map((code) => ({ kind: "error after", code }) as const),
  { kind: "killed" },
  { kind: "killed after" },
  { kind: "killed halfway" },
];

/** A change of one object, from a text (null: no object) to another; or a call that changes nothing. */
interface Change {
  readonly title: string;
  readonly key: string;
  readonly from: string | null;
  readonly to: string | null;
  /** What the object was rewritten from before, and who did so was killed: the old file and an old content are there still. */
  readonly rewritten?: boolean;
  readonly call?: "get" | "create";
}

const CHANGES: readonly Change[] = [
  { title: "creating an object that is written once", key: COMMIT, from: null, to: "new" },
  { title: "creating an object that can be replaced", key: HEAD, from: null, to: "new" },
  { title: "replacing an object", key: HEAD, from: "old", to: "new" },
  { title: "rewriting an object", key: COMMIT, from: "old", to: "new" },
  { title: "deleting an object that is written once", key: COMMIT, from: "old", to: null },
  { title: "deleting an object that can be replaced", key: HEAD, from: "old", to: null },
  { title: "rewriting what was half rewritten", key: COMMIT, from: "old", to: "new", rewritten: true },
  { title: "deleting what was half rewritten", key: COMMIT, from: "old", to: null, rewritten: true },
  { title: "reading what was half rewritten", key: COMMIT, from: "old", to: "old", rewritten: true, call: "get" },
  { title: "creating what was half rewritten", key: COMMIT, from: "old", to: "old", rewritten: true, call: "create" },
];

// What happens to a disk that keeps its promises needs no disk: syncing is counted, failed and left out.
const files: FileSystem = {
  ...nodeFileSystem,
  syncFolder: async () => {},
  makeFile: async (path) => ({ ...(await nodeFileSystem.makeFile(path)), sync: async () => {} }),
};

let folder: string;
const templates = new Map<Change, string>();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "coffer-faults-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(CHANGES)("$title", (change) => {
  // Rewriting takes many operations, and knows no codes but these.
  const rewriting = change.key === COMMIT && change.from !== null;
  const faults = FAULTS.filter((fault) => !rewriting || !("code" in fault) || /^(EIO|ENOENT|EEXIST)$/.test(fault.code));
  it.each(faults.map((fault) => ({ name: "code" in fault ? `${fault.kind} ${fault.code}` : fault.kind, fault })))(
    "leaves old or new, as it answered, whichever operation meets: $name",
    async ({ fault }) => {
      const operations = await operationsOf(change);
      expect(operations.length).toBeGreaterThan(2);
      for (const [index, operation] of operations.entries()) {
        await withFault(change, fault, index).catch((error: unknown) => {
          throw new Error(`at operation ${index}, ${operation}`, { cause: error });
        });
      }
    },
  );
});

async function withFault(change: Change, fault: FileFault, index: number): Promise<void> {
  const root = await prepared(change);
  const broken = openFolderStore(root, { files: faultyFileSystem(files, (at) => (at === index ? fault : undefined)) });
  const allowed = await make(broken, change).then(
    (answer) => statesAfter(answer, change, fault),
    (error: unknown) => (mayHaveHappened(error, change) ? [change.from, change.to] : [change.from]),
  );
  const store = openFolderStore(root, { files });
  const text = await textAt(store, change.key);
  expect(allowed).toContain(text);
  if (change.key === COMMIT) expectDestroyed(root, change, text);
  await canGoOn(store, root, change.key, text);
}

/** After whatever happened: the object can be read, listed, replaced and deleted, and no old content is left with it. */
async function canGoOn(store: ObjectStore, root: string, key: string, text: string | null): Promise<void> {
  expect(await keysOf(store)).toEqual(text === null ? [] : [key]);
  expect(await write(store, key, "next")).toBe("done");
  expect(await textAt(store, key)).toBe("next");
  expect(textsBelow(root, key)).toEqual(["next"]);
  await store.delete(key);
  expect(await keysOf(store)).toEqual([]);
  expect(await textAt(store, key)).toBeNull();
  expect(textsBelow(root, key)).toEqual([]);
}

/** Once a reader has seen the new text, nothing is left of what it replaced. */
function expectDestroyed(root: string, { key }: Change, text: string | null): void {
  if (text === null) return;
  const old = textsBelow(root, key).filter((each) => each !== text && each.startsWith("old"));
  expect(old).toEqual([]);
}

/** What files below the folder of the key's kind hold, those that hold nothing left out. */
function textsBelow(root: string, key: string): string[] {
  const folder = join(root, `_${key.split("/")[0]}`);
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")).filter((text) => text !== "");
}

async function operationsOf(change: Change): Promise<FileOperation[]> {
  const operations: FileOperation[] = [];
  const counted = faultyFileSystem(files, (_, operation) => {
    operations.push(operation);
    return undefined;
  });
  await make(openFolderStore(await prepared(change), { files: counted }), change);
  return operations;
}

/** A root with the object as it was before; where there was none, with the root not there either. */
async function prepared(change: Change): Promise<string> {
  const root = join(mkdtempSync(join(folder, "x")), "root");
  if (change.from === null) return root;
  const template = templates.get(change) ?? (await makeTemplate(change, change.from));
  cpSync(template, root, { recursive: true });
  return root;
}

async function makeTemplate(change: Change, text: string): Promise<string> {
  const root = mkdtempSync(join(folder, "template"));
  const store = openFolderStore(root, { files });
  if (change.rewritten) await rewriteByHalf(store, root, text);
  else await write(store, change.key, text);
  templates.set(change, root);
  return root;
}

/** Leaves what a process does that is killed after the deciding step of the second rewriting, and one that was killed so in the first. */
async function rewriteByHalf(store: ObjectStore, root: string, text: string): Promise<void> {
  for (const each of ["oldest", "older", text]) await write(store, COMMIT, each);
  const name = "_0000000000000001-c0ffee";
  const parent = join(root, "_commits/_prod!billing");
  writeFileSync(join(parent, name), "oldest");
  writeFileSync(join(parent, name.replace("_", "+"), `1.${"a".repeat(64)}.${"0".repeat(32)}`), "older");
}

async function make(store: ObjectStore, { key, to, call }: Change): Promise<"done" | "refused"> {
  if (call === "get") await textAt(store, key);
  else if (call === "create") expect(await store.put(key, encodeUtf8("created"), { absent: true })).toBe("refused");
  else if (to === null) await store.delete(key);
  else return write(store, key, to);
  return "done";
}

async function write(store: ObjectStore, key: string, text: string): Promise<"done" | "refused"> {
  const held = await store.get(key);
  const answer = await store.put(key, encodeUtf8(text), held === null ? { absent: true } : { etag: held.etag });
  return answer === "refused" ? answer : "done";
}

/** Only where the operating system itself says, untruly, that somebody else was first may the store say so too. */
function statesAfter(answer: "done" | "refused", { from, to }: Change, fault: FileFault): (string | null)[] {
  if (answer === "done") return [to];
  expect("code" in fault && fault.code).toMatch(/^(EEXIST|ENOENT)$/);
  return [from, to];
}

/** An error of `delete` promises nothing: whoever gets it deletes again. */
function mayHaveHappened(error: unknown, { to }: Change): boolean {
  if (error instanceof Killed) return true;
  if (!isCofferError(error)) throw error;
  return to === null || error.code === "UNREACHABLE" || error.code === "OUTCOME_UNKNOWN";
}

async function textAt(store: ObjectStore, key: string): Promise<string | null> {
  const object = await store.get(key);
  return object && Buffer.from(object.bytes).toString("utf8");
}

async function keysOf(store: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list("")) keys.push(key);
  return keys;
}
