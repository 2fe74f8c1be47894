import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
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

/** A change of one object, from a text (null: no object) to another. */
interface Change {
  readonly title: string;
  readonly key: string;
  readonly from: string | null;
  readonly to: string | null;
}

const CHANGES: readonly Change[] = [
  { title: "creating an object that is written once", key: COMMIT, from: null, to: "new" },
  { title: "creating an object that can be replaced", key: HEAD, from: null, to: "new" },
  { title: "replacing an object", key: HEAD, from: "old", to: "new" },
  { title: "deleting an object that is written once", key: COMMIT, from: "old", to: null },
  { title: "deleting an object that can be replaced", key: HEAD, from: "old", to: null },
];

// What happens to a disk that keeps its promises needs no disk: syncing is counted, failed and left out.
const files: FileSystem = {
  ...nodeFileSystem,
  syncFolder: async () => {},
  makeFile: async (path) => ({ ...(await nodeFileSystem.makeFile(path)), sync: async () => {} }),
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "coffer-faults-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(CHANGES)("$title", (change) => {
  it.each(FAULTS.map((fault) => ({ name: "code" in fault ? `${fault.kind} ${fault.code}` : fault.kind, fault })))(
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
  await canGoOn(store, root, change.key, text);
}

/** After whatever happened: the object can be read, listed, replaced and deleted, and no old content is left with it. */
async function canGoOn(store: ObjectStore, root: string, key: string, text: string | null): Promise<void> {
  expect(await keysOf(store)).toEqual(text === null ? [] : [key]);
  if (key === COMMIT && text !== null) await store.delete(key);
  expect(await write(store, key, "next")).toBe("done");
  expect(await textAt(store, key)).toBe("next");
  if (key === HEAD) expect(readdirSync(join(root, "_heads/_prod!billing"))).toHaveLength(2);
  await store.delete(key);
  expect(await keysOf(store)).toEqual([]);
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
async function prepared({ key, from }: Change): Promise<string> {
  const parent = mkdtempSync(join(folder, "x"));
  if (from === null) return join(parent, "root");
  mkdirSync(join(parent, "root"));
  await write(openFolderStore(join(parent, "root"), { files }), key, from);
  return join(parent, "root");
}

async function make(store: ObjectStore, { key, to }: Change): Promise<"done" | "refused"> {
  if (to !== null) return write(store, key, to);
  await store.delete(key);
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
