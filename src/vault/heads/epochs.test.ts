// Heads of other epochs, made by somebody who holds the master key: what memory lets pass of them.
import { beforeEach, describe, expect, it } from "vitest";
import { encodeBase64url } from "../../core/bytes.js";
import { randomBytes } from "../../core/ciphers.js";
import { makeEpoch } from "../../core/documents/fields.js";
import { encodeHead, type HeadHeader, parseHead } from "../../core/documents/head.js";
import type { KeyRecord } from "../../core/documents/key-table.js";
import { climb } from "../../core/ladder.js";
import { authenticate, dataKeyId } from "../../core/sealing.js";
import type { Sensitive } from "../../core/sensitive.js";
import type { KeyProvider } from "../../keys/key-provider.js";
import type { ObjectStore } from "../../objects/object-store.js";
import { openTransientMemory } from "../../testing/transient-memory.js";
import { bytesAt, MASTER_KEY, newStorage, openTestVault, replaceObject, text } from "../../testing/vault-scene.js";
import { keyContext } from "../key-ring.js";
import type { HeadMemory } from "./contract.js";

const HEAD = "heads/prod";
const anyCommit = (): string => `c${Buffer.from(randomBytes(32)).toString("hex")}`;

let objects: ObjectStore;
let memory: HeadMemory;
beforeEach(async () => {
  objects = await newStorage();
  memory = openTransientMemory();
  const vault = openTestVault(objects, { memory });
  for (const value of ["one", "two", "three"])
    await vault.commit("prod", [{ op: "put", name: "A", value: text(value) }]);
});

function recordOf(key: Sensitive, epoch: string, wrapped: Uint8Array): KeyRecord {
  return { id: dataKeyId(key), epoch, wrappings: [{ by: MASTER_KEY.id, wrapped: encodeBase64url(wrapped) }] };
}

/** A head without names, as the holder of this data key would write it. */
function signed(header: HeadHeader, key: Sensitive): Uint8Array {
  return encodeHead(header, [], (bytes) => encodeBase64url(authenticate(key, "head", bytes)));
}

/** Puts an empty head of this epoch (its since, or the present one under a new key) in the place of the one that is there. */
async function found({
  since,
  descends = true,
  steps = 1,
}: {
  since: number | "same";
  descends?: boolean;
  steps?: 0 | 1;
}): Promise<string> {
  const { header } = parseHead(await bytesAt(objects, HEAD), HEAD);
  const epoch = since === "same" ? header.epoch : makeEpoch(since, randomBytes(16));
  const { key, wrapped } = await MASTER_KEY.generate(keyContext(header, epoch, "epoch"));
  const ours = descends ? header.commit : anyCommit();
  const next = {
    ...header,
    epoch,
    keys: [recordOf(key, epoch, wrapped)],
    ...(steps === 0
      ? {}
      : {
          sequence: header.sequence + 1,
          commit: anyCommit(),
          ancestors: climb(header.sequence, [ours, ...header.ancestors]),
        }),
  };
  await replaceObject(objects, HEAD, signed(next, key));
  return epoch;
}

/** A master key that counts what it is asked to open. */
function counting(): KeyProvider & { readonly asked: () => number } {
  let asked = 0;
  return {
    ...MASTER_KEY,
    asked: () => asked,
    unwrap: (...question) => {
      asked++;
      return MASTER_KEY.unwrap(...question);
    },
  };
}

describe("who has seen a head", () => {
  it("takes a new epoch over that began afterwards, on a head that descends from it", async () => {
    const epoch = await found({ since: 4 });
    expect(await openTestVault(objects, { memory }).head("prod")).toMatchObject({ sequence: 4, verified: true });
    expect(await memory.find("memory:", "prod")).toMatchObject({ sequence: 4, epoch });
  });

  it.each([
    ["an epoch that began with the commit seen last", { since: 3 }],
    ["an epoch that began before", { since: 1 }],
    ["the present epoch under another data key", { since: "same" }],
    ["another epoch at the very same commit", { since: 3, steps: 0 }],
  ] as const)("refuses %s, and asks no key for it", async (_, forged) => {
    await found(forged);
    const keys = counting();
    const vault = openTestVault(objects, { memory, keys });
    await expect(vault.head("prod")).rejects.toMatchObject({ code: "ROLLBACK" });
    await expect(vault.commit("prod", [{ op: "delete", name: "A" }])).rejects.toMatchObject({ code: "ROLLBACK" });
    expect(keys.asked()).toBe(0);
    expect(await memory.find("memory:", "prod")).toMatchObject({ sequence: 3 });
  });

  it("refuses a new epoch on a head that does not descend from it", async () => {
    await found({ since: 4, descends: false });
    await expect(openTestVault(objects, { memory }).head("prod")).rejects.toMatchObject({ code: "ROLLBACK" });
  });
});

describe("who has seen nothing", () => {
  it("cannot tell, and reads what the master key vouches for; verify can", async () => {
    await found({ since: 2 });
    const vault = openTestVault(objects);
    expect(await vault.head("prod")).toMatchObject({ sequence: 4 });
    for await (const { problems } of vault.verify()) expect(problems).not.toEqual([]);
  });

  it("is refused by a head whose epoch is still to begin", async () => {
    await found({ since: 5 });
    await expect(openTestVault(objects).head("prod")).rejects.toMatchObject({ code: "INTEGRITY" });
  });

  it.each([
    ["was made for another store", { store: "another" }],
    ["was made for another namespace", { namespace: "dev" }],
    ["seals a secret of its own", { use: "own" }],
    ["is of another epoch", { epoch: makeEpoch(1, new Uint8Array(16)) }],
  ] as const)("is refused by a head whose key, the master key's own work, %s", async (_, other) => {
    const { header } = parseHead(await bytesAt(objects, HEAD), HEAD);
    const { store, namespace, epoch, use } = { ...header, use: "epoch" as const, ...other };
    const { key, wrapped } = await MASTER_KEY.generate(keyContext({ store, namespace }, epoch, use));
    await replaceObject(objects, HEAD, signed({ ...header, keys: [recordOf(key, header.epoch, wrapped)] }, key));
    await expect(openTestVault(objects).head("prod")).rejects.toMatchObject({ code: "INTEGRITY" });
  });

  it("is refused under another master key", async () => {
    const keys = { ...MASTER_KEY, id: "key-file:another" };
    await expect(openTestVault(objects, { keys }).read("prod/A")).rejects.toMatchObject({ code: "ACCESS_DENIED" });
  });
});
