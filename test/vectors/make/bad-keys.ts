import { encodeBase64url } from "../../../src/core/bytes.js";
import type { Context } from "../../../src/core/context.js";
import { headKey } from "../../../src/core/layout.js";
import { dataKeyId, wrapKey } from "../../../src/core/sealing.js";
import { Sensitive } from "../../../src/core/sensitive.js";
import { parseKeyFile } from "../../../src/keys/key-file.js";
import { keyContext } from "../../../src/vault/key-ring.js";
import { Hand } from "./hand.js";
import { openMaster } from "./master.js";
import { replace, replaceAll, rewrite } from "./rewrite.js";
import { headOf, put, type Scene, vaultCommits, withObjects } from "./scene.js";
import { seeded } from "./seeded.js";
import { FOUND_BAD, type Named, read, refused, vector } from "./vector.js";

/** Data keys that are not what they are said to be. */
export async function* badKeyVectors(): AsyncGenerator<Named> {
  yield* foreign();
  yield* otherPlaces();
  yield* ownAsEpoch();
  yield* ownKeys();
}

const INTEGRITY = refused("INTEGRITY");
const base = (seed: string): Promise<Scene> => vaultCommits(seed, "prod", [put("KEY", "one")]);

async function* foreign(): AsyncGenerator<Named> {
  const scene = await base("foreign-master-key");
  const other = openMaster(seeded("another master key"));
  const stranger = { ...scene, masterKey: other.line };
  yield vector(
    "foreign-master-key",
    "A store that is sealed for another master key.",
    stranger,
    read("KEY"),
    refused("ACCESS_DENIED"),
  );
  yield vector(
    "foreign-master-key-verify",
    "The same in verify.",
    stranger,
    { do: "verify" },
    { ok: false, error: "ACCESS_DENIED" },
  );
  yield vector("foreign-master-key-list", "List needs no key.", stranger, { do: "list" }, { names: ["KEY"] });
  const by = headOf(scene).header.keys[0]?.wrappings[0]?.by ?? "";
  const posing = { ...rewrite(scene, { head: replaceAll(by, other.provider.id) }), masterKey: other.line };
  yield vector(
    "foreign-wrapping",
    "A wrapping that says it is for this master key, and is not.",
    posing,
    read("KEY"),
    INTEGRITY,
  );
}

async function* otherPlaces(): AsyncGenerator<Named> {
  const dev = await vaultCommits("keys-of-dev", "dev", [put("KEY", "one")]);
  const moved = withObjects({ ...dev, namespace: "prod" }, { "heads/prod": dev.objects.get("heads/dev") });
  yield vector("head-of-other-namespace", "The head of another namespace.", moved, read("KEY"), INTEGRITY);
  const relabelled = rewrite(dev, { head: replace('"namespace":"dev"', '"namespace":"prod"') }).objects.get(
    "heads/dev",
  );
  yield vector(
    "head-relabelled",
    "The head of another namespace that says it is of this one.",
    withObjects({ ...dev, namespace: "prod" }, { "heads/prod": relabelled }),
    read("KEY"),
    INTEGRITY,
  );
  const scene = await base("keys-of-other-store");
  const otherStore = rewrite(scene, { head: replace(scene.store, "AAAAAAAAAAAAAAAAAAAAAA") });
  yield vector(
    "head-of-claimed-store",
    "A head that says it is of another store; no store id is known.",
    otherStore,
    read("KEY", { store: null }),
    INTEGRITY,
  );
  yield vector(
    "head-of-claimed-store-pinned",
    "The same, where that other id is pinned.",
    otherStore,
    read("KEY", { store: "AAAAAAAAAAAAAAAAAAAAAA" }),
    INTEGRITY,
  );
  const { epoch } = headOf(scene).header;
  const otherEpoch = `AAAAAAAAAAE${"A".repeat(21)}`;
  yield vector(
    "key-of-other-epoch",
    "A head whose epoch, with its key's, is another than the key was wrapped for.",
    rewrite(scene, { head: replaceAll(epoch, otherEpoch) }),
    read("KEY"),
    INTEGRITY,
  );
  const wrong: [file: string, about: string, context: (scene: Scene) => Context][] = [
    [
      "key-wrapped-for-inbox",
      "An epoch key that was wrapped as that of a submission.",
      (it) => keyContext(it, "inbox", "epoch"),
    ],
    [
      "key-wrapped-for-other-namespace",
      "An epoch key that was wrapped for another namespace.",
      (it) => keyContext({ ...it, namespace: "dev" }, headOf(it).header.epoch, "epoch"),
    ],
    [
      "key-wrapped-for-other-store",
      "An epoch key that was wrapped for another store.",
      (it) => keyContext({ ...it, store: "AAAAAAAAAAAAAAAAAAAAAA" }, headOf(it).header.epoch, "epoch"),
    ],
    [
      "key-wrapped-with-context",
      "An epoch key that was wrapped with user context.",
      (it) => keyContext(it, headOf(it).header.epoch, "epoch", { env: "prod" }),
    ],
    [
      "key-wrapped-as-own",
      "An epoch key that was wrapped as an own key.",
      (it) => keyContext(it, headOf(it).header.epoch, "own"),
    ],
  ];
  for (const [file, about, context] of wrong) {
    yield vector(file, `${about} The MAC holds.`, rewrapped(scene, context(scene)), read("KEY"), INTEGRITY);
  }
}

/** The epoch key wrapped under another context. */
function rewrapped(scene: Scene, context: Context): Scene {
  const record = headOf(scene).header.keys[0];
  const master = parseKeyFile(Buffer.from(scene.masterKey));
  const key = scene.dataKeys.get(record?.id ?? "");
  if (master === null || key === undefined) throw new TypeError("the scene has its keys");
  const wrapped = encodeBase64url(wrapKey(master, context, key, () => Buffer.alloc(32, 1)));
  return rewrite(scene, { head: replace(record?.wrappings[0]?.wrapped ?? "?", wrapped) });
}

async function* ownAsEpoch(): AsyncGenerator<Named> {
  const hand = new Hand("own-key-as-epoch-key");
  await hand.beginEpoch();
  const own = await hand.makeOwnKey();
  await hand.commit([hand.put("KEY", "one", { key: own })]);
  const scene = hand.scene();
  const forged = rewrite(scene, { head: replace(/"keys":\[\{.*?\}\]\},/, '"keys":['), headKey: own });
  yield vector(
    "own-key-as-epoch-key",
    "A head that the holder of a secret's own key wrote, with that key as the epoch's.",
    forged,
    read("KEY"),
    INTEGRITY,
  );
  const swapped = withObjects(scene, { [headKey("prod")]: forged.objects.get(headKey("prod")) });
  yield vector("own-key-as-epoch-key-verify", "The same in verify.", swapped, { do: "verify" }, FOUND_BAD);
  const byOwn = rewrite(scene, { headKey: own });
  yield vector("mac-by-own-key", "The MAC of a head made with an own key.", byOwn, read("KEY"), INTEGRITY);
  const record = headOf(scene).header.keys[0];
  const master = parseKeyFile(Buffer.from(scene.masterKey));
  if (master === null || record === undefined) throw new TypeError("the scene has its keys");
  const short = Sensitive.from(Buffer.alloc(31, 7));
  const wrapped = encodeBase64url(
    wrapKey(master, keyContext(scene, record.epoch, "epoch"), short, () => Buffer.alloc(32, 1)),
  );
  const renamed = rewrite(scene, {
    head: (text) => replace(record.wrappings[0]?.wrapped ?? "?", wrapped)(replace(record.id, dataKeyId(short))(text)),
  });
  yield vector("key-of-31-bytes", "A data key of 31 bytes.", renamed, read("KEY"), INTEGRITY);
  const misnamed = rewrite(scene, { head: replace(record.id, dataKeyId(short)) });
  yield vector(
    "key-of-other-id",
    "A data key that is listed under the id of another.",
    misnamed,
    read("KEY"),
    INTEGRITY,
  );
}

async function* ownKeys(): AsyncGenerator<Named> {
  const hand = new Hand("own-key-of-other-namespace", { namespace: "dev" });
  await hand.beginEpoch();
  const own = await hand.makeOwnKey();
  await hand.commit([hand.put("KEY", "one", { key: own })]);
  const scene = hand.scene();
  const id = headOf(scene).header.keys[1]?.id ?? "";
  const misnamed = rewrite(scene, {
    head: replaceAll(id, `k${"z".repeat(42)}w`),
    commit: replaceAll(id, `k${"z".repeat(42)}w`),
  });
  yield vector(
    "own-key-of-other-id",
    "An own key that is listed under the id of another.",
    misnamed,
    read("KEY"),
    INTEGRITY,
  );
  const by = headOf(scene).header.keys[1]?.wrappings[0]?.by ?? "";
  const strangers = (text: string): string =>
    replace(
      new RegExp(`(\\]\\},\\{"id":"[^"]*","epoch":"[^"]*","wrappings":\\[\\{"by":")${by}`),
      (_, start = "") => `${start}x`,
    )(text);
  const foreigners = rewrite(scene, { head: strangers });
  yield vector(
    "own-key-foreign",
    "An own key that has no wrapping for this master key.",
    foreigners,
    read("KEY"),
    refused("ACCESS_DENIED"),
  );
  yield vector(
    "own-key-foreign-verify",
    "The same in verify.",
    foreigners,
    { do: "verify" },
    { ok: false, error: "ACCESS_DENIED" },
  );
  const epochs = rewrite(scene, {
    head: replace(/(\]\},\{"id":"[^"]*","epoch":")[^"]*/, (_, start = "") => `${start}AAAAAAAAAAE${"A".repeat(21)}`),
  });
  yield vector(
    "own-key-of-other-epoch",
    "An own key whose epoch is another than it was wrapped for.",
    epochs,
    read("KEY"),
    INTEGRITY,
  );
}
