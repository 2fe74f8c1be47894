// The master key is gone, the recovery key is there: what comes back, and what nobody can pass off as ours.
import { beforeEach, describe, expect, it } from "vitest";
import { makeEpoch } from "../../core/documents/fields.js";
import { parseHead } from "../../core/documents/head.js";
import { commitKey, headKey } from "../../core/layout.js";
import { Sensitive } from "../../core/sensitive.js";
import { stateOfHead } from "../../core/state.js";
import { openMasterKey } from "../../keys/key-file.js";
import type { KeyOpener, KeyProvider, KeyWrapper } from "../../keys/key-provider.js";
import { makeRecoveryKey, openIdentities } from "../../keys/recovery-identity.js";
import { openRecoveryRecipient } from "../../keys/recovery-recipient.js";
import type { ObjectStore } from "../../objects/object-store.js";
import { openTransientMemory } from "../../testing/transient-memory.js";
import {
  bytesAt,
  collect,
  copyOf,
  MASTER_KEY,
  newStorage,
  openTestVault,
  problemsOf,
  replaceObject,
  shown,
  snapshot,
  text,
} from "../../testing/vault-scene.js";
import type { Vault, VaultOptions } from "../contract.js";
import type { HeadMemory } from "../heads/contract.js";
import { assembleParts } from "../parts.js";
import { buildCommit } from "../writing/build-commit.js";
import { makeKey, planChanges } from "../writing/plan-changes.js";
import { sendCommit } from "../writing/send-commit.js";
import type { RecoverOptions, RekeyReport } from "./contract.js";

const NEW_KEY = openMasterKey(Sensitive.from(Buffer.alloc(32, 9)), "key-file:new");
const STRANGER = openMasterKey(Sensitive.from(Buffer.alloc(32, 66)), "key-file:stranger");
const CONTEXT = { env: "prod" };
const LARGE = "x".repeat(5000);

interface RecoveryKey {
  readonly recipient: KeyWrapper;
  readonly identities: KeyOpener[];
}

async function newRecoveryKey(): Promise<RecoveryKey> {
  const { recipient, identity } = await makeRecoveryKey();
  return { recipient: openRecoveryRecipient(recipient), identities: await openIdentities(identity) };
}

let objects: ObjectStore;
let memory: HeadMemory;
let recovery: RecoveryKey;

const as = (keys: KeyProvider | null, more: Partial<VaultOptions> = {}): Vault =>
  openTestVault(objects, { keys, ...more });
const member = (): Vault => as(MASTER_KEY, { alsoWrap: async () => [recovery.recipient], memory });
const recover = (options: Partial<RecoverOptions> = {}, more: Partial<VaultOptions> = {}): Promise<RekeyReport> =>
  as(null, { alsoWrap: async () => [recovery.recipient], ...more }).recover("prod", {
    identities: recovery.identities,
    to: async () => NEW_KEY,
    context: CONTEXT,
    ...options,
  });
const headCommit = async (): Promise<string> =>
  parseHead(await bytesAt(objects, headKey("prod")), "head").header.commit;

async function expectAllReadable(by: Vault): Promise<void> {
  expect(shown(await by.read("prod/A"))).toBe("a2");
  expect(shown(await by.read("prod/A", { version: "1" }))).toBe("a1");
  expect(shown(await by.read("prod/A", { stage: "next" }))).toBe("a3");
  expect(shown(await by.read("prod/OWN", { version: "1" }))).toBe("o");
  expect(shown(await by.read("prod/LARGE"))).toBe(LARGE);
  expect(shown(await by.read("prod/C", { context: CONTEXT }))).toBe("c");
  expect(await problemsOf(by)).toEqual([]);
}

beforeEach(async () => {
  objects = await newStorage();
  memory = openTransientMemory();
  recovery = await newRecoveryKey();
  await member().commit("prod", [
    { op: "put", name: "A", value: text("a1") },
    { op: "put", name: "C", value: text("c"), context: CONTEXT },
  ]);
  await member().commit("prod", [
    { op: "put", name: "A", value: text("a2") },
    { op: "put", name: "OWN", value: text("o"), ownKey: true },
    { op: "put", name: "LARGE", value: text(LARGE), type: "binary" },
  ]);
  await member().commit("prod", [{ op: "put", name: "A", value: text("a3"), stage: "next" }]);
});

describe("a recovery", () => {
  it("gives everything a new master key, older versions too", async () => {
    const report = await recover({}, { memory });
    expect(report).toMatchObject({ begun: true, resealed: 5, rewrapped: 3, closed: 0, left: [] });
    expect(report.holders).toEqual([NEW_KEY.id, recovery.recipient.id].sort());
    await expectAllReadable(as(NEW_KEY));
  });

  it("is remembered, and goes on from what was", async () => {
    const { commit } = await recover({}, { memory });
    expect(await memory.find("memory:", "prod")).toMatchObject({ commit, masterKey: NEW_KEY.id });
    await expectAllReadable(as(NEW_KEY, { memory }));
    await as(NEW_KEY, { alsoWrap: async () => [recovery.recipient], memory }).commit("prod", [
      { op: "put", name: "B", value: text("b") },
    ]);
    expect(await problemsOf(as(NEW_KEY, { memory }))).toEqual([]);
  });

  it("asks for the new key only when all is proven and opens", async () => {
    const to = async (): Promise<KeyProvider> => Promise.reject(new Error("asked"));
    await expect(recover({ to })).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    await expect(recover({ to, context: {} }, { memory })).rejects.toMatchObject({ code: "CONTEXT" });
    await expect(recover({ to }, { memory })).rejects.toThrow("asked");
  });

  it("opens nothing with another identity", async () => {
    const { identities } = await newRecoveryKey();
    const before = await snapshot(objects);
    await expect(recover({ identities }, { memory })).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    expect(await snapshot(objects)).toEqual(before);
  });

  it("names what a context is missing for, and leaves it alone if told so", async () => {
    const before = await snapshot(objects);
    await expect(recover({ context: {} }, { memory })).rejects.toMatchObject({
      code: "CONTEXT",
      message: expect.stringContaining('"prod/C" version 1 (env)'),
    });
    expect(await snapshot(objects)).toEqual(before);
    const report = await recover({ context: {}, skipContext: true }, { memory });
    expect(report.left).toEqual([{ name: "C", version: 1, context: ["env"] }]);
    expect(shown(await as(NEW_KEY).read("prod/A", { version: "1" }))).toBe("a1");
  });

  it("of a store without its own record works, because nothing is read from that", async () => {
    await objects.delete("coffer.json");
    await recover({}, { memory });
    expect(shown(await as(NEW_KEY).read("prod/A"))).toBe("a2");
  });
});

describe("what there was before the recovery key", () => {
  beforeEach(async () => {
    objects = await newStorage();
    memory = openTransientMemory();
    await as(MASTER_KEY).commit("prod", [{ op: "put", name: "A", value: text("a1") }]);
    await as(MASTER_KEY).commit("prod", [{ op: "put", name: "A", value: text("a2") }]);
  });

  it("stays closed to it, and all that is current comes back", async () => {
    await member().rekey("prod");
    const report = await recover({}, { memory });
    expect(report).toMatchObject({ begun: true, resealed: 1, rewrapped: 1, closed: 2 });
    expect(shown(await as(NEW_KEY).read("prod/A"))).toBe("a2");
    await expect(as(NEW_KEY).read("prod/A", { version: "1" })).rejects.toMatchObject({ code: "ACCESS_DENIED" });
  });

  it("opens as well once it was added to everything", async () => {
    await member().rekey("prod", { newKey: recovery.recipient });
    expect(await recover({}, { memory })).toMatchObject({ closed: 0, rewrapped: 3 });
    expect(shown(await as(NEW_KEY).read("prod/A", { version: "1" }))).toBe("a1");
    expect(await problemsOf(as(NEW_KEY))).toEqual([]);
  });
});

describe("the origin", () => {
  it("is not shown by what opens: without memory it is refused, and the head is named", async () => {
    const before = await snapshot(objects);
    await expect(recover()).rejects.toMatchObject({
      code: "ACCESS_DENIED",
      message: expect.stringContaining(await headCommit()),
      hint: expect.stringContaining("--accept-unproven"),
    });
    expect(await snapshot(objects)).toEqual(before);
  });

  it("is shown by the head's id", async () => {
    await recover({ head: await headCommit() });
    await expectAllReadable(as(NEW_KEY));
  });

  it("is shown by the id of an ancestor under the same keys", async () => {
    const [, , first] = await collect(member().log("prod"));
    await recover({ head: first?.commit ?? "" });
    await expectAllReadable(as(NEW_KEY));
  });

  it("is shown by a least head", async () => {
    const [, second] = await collect(member().log("prod"));
    await recover({}, { minimumHead: { sequence: 2, commit: second?.commit ?? "" } });
    await expectAllReadable(as(NEW_KEY));
  });

  it("is not shown by an ancestor of before the keys were changed", async () => {
    const [newest] = await collect(member().log("prod"));
    await as(MASTER_KEY, { alsoWrap: async () => [recovery.recipient] }).rekey("prod", { context: CONTEXT });
    for (const [options, more] of [
      [{ head: newest?.commit ?? "" }, {}],
      [{}, { memory }],
    ] as const) {
      await expect(recover(options, more)).rejects.toMatchObject({
        code: "ACCESS_DENIED",
        message: expect.stringContaining("its keys were changed since"),
      });
    }
  });

  it("is not shown by a commit that is not there", async () => {
    await expect(recover({ head: `c${"0".repeat(64)}` })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("may be taken for granted", async () => {
    await recover({ acceptUnproven: true });
    await expectAllReadable(as(NEW_KEY));
  });

  it("taken for granted does not excuse a head that went back", async () => {
    const old = await copyOf(objects);
    await member().commit("prod", [{ op: "put", name: "B", value: text("b") }]);
    objects = old;
    await expect(recover({ acceptUnproven: true }, { memory })).rejects.toMatchObject({ code: "ROLLBACK" });
    // Only a person who names this very head overrules what is remembered.
    await recover({ head: await headCommit() }, { memory });
    await expectAllReadable(as(NEW_KEY, { memory }));
  });
});

describe("a stranger who can write to the storage, and knows whom keys are wrapped for", () => {
  it("cannot put a store of his own in its place", async () => {
    const genuine = parseHead(await bytesAt(objects, headKey("prod")), "head").header;
    for (const key of await collect(objects.list(""))) if (key !== "coffer.json") await objects.delete(key);
    const stranger = as(STRANGER, { alsoWrap: async () => [recovery.recipient] });
    for (const value of ["f1", "f2", "f3", "f4"]) {
      await stranger.commit("prod", [{ op: "put", name: "A", value: text(value) }]);
    }
    const forged = await snapshot(objects);
    await expect(recover()).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    await expect(recover({}, { memory })).rejects.toMatchObject({ code: "ROLLBACK" });
    await expect(recover({ head: genuine.commit })).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await snapshot(objects)).toEqual(forged);
  });

  it("cannot begin an epoch on top of what is genuine", async () => {
    objects = await newStorage();
    memory = openTransientMemory();
    await member().commit("prod", [{ op: "put", name: "A", value: text("genuine") }]);
    await beginEpochAs(STRANGER, "forged");
    const forged = await snapshot(objects);
    expect(await headCommit()).not.toBe((await memory.find("memory:", "prod"))?.commit);
    for (const more of [{ memory }, {}]) {
      await expect(recover({}, more)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    }
    expect(await snapshot(objects)).toEqual(forged);
  });

  it("cannot damage an older commit unnoticed", async () => {
    const [, second] = await collect(member().log("prod"));
    const place = commitKey("prod", 2, second?.commit ?? "");
    const changed = Buffer.from(await bytesAt(objects, place));
    const at = changed.indexOf('"wrapped":"') + 40;
    changed.write(changed.subarray(at, at + 1).toString() === "A" ? "B" : "A", at);
    await replaceObject(objects, place, changed);
    const before = await snapshot(objects);
    await expect(recover({}, { memory })).rejects.toMatchObject({
      code: "INTEGRITY",
      message: expect.stringContaining(place),
    });
    expect(await snapshot(objects)).toEqual(before);
  });
});

/** What anybody can do: a commit on the present head under a new epoch, its key wrapped for the public recipient. */
async function beginEpochAs(keys: KeyProvider, value: string): Promise<void> {
  const parts = assembleParts({ objects, keys, alsoWrap: async () => [recovery.recipient], memory: null });
  const found = await objects.get(headKey("prod"));
  const document = parseHead(found?.bytes ?? new Uint8Array(), "head");
  const owner = { store: document.header.store, namespace: "prod" };
  const sequence = document.header.sequence + 1;
  const name = makeEpoch(sequence, parts.random(16));
  const epoch = await makeKey(parts, owner, { epoch: name, use: "epoch", context: {} }, {});
  const state = stateOfHead(undefined, document.entries.values());
  const after = stateOfHead(undefined, document.entries.values());
  const plan = await planChanges({ parts, owner, epoch, state: after, sequence, options: {} }, [
    { op: "put", name: "A", value: text(value) },
  ]);
  const base = { owner, etag: found?.etag ?? "", document, remembered: null, key: epoch.key };
  const built = await buildCommit({ parts, owner, epoch, base, state, plan, message: undefined });
  expect(await sendCommit(parts, base, built, new AbortController().signal)).toBe(true);
}
