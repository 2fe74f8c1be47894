import { encodeBase64url } from "../../../src/core/bytes.js";
import { headKey } from "../../../src/core/layout.js";
import { dataKeyId, wrapKey } from "../../../src/core/sealing.js";
import { Sensitive } from "../../../src/core/sensitive.js";
import { parseKeyFile } from "../../../src/keys/key-file.js";
import { keyContext } from "../../../src/vault/key-ring.js";
import { Hand } from "./hand.js";
import { replace, rewrite, tamperText } from "./rewrite.js";
import { commitKeyOf, commitOf, headOf, only, rememberedOf, type Scene, withObjects } from "./scene.js";
import { type Named, read, refused, VERIFY, vector } from "./vector.js";

/** Histories that go back or branch off from what a client remembers. */
export async function* rollbackVectors(): AsyncGenerator<Named> {
  yield* rollbacks();
  yield* epochs();
  yield* farBack();
}

const ROLLBACK = refused("ROLLBACK");
const INTEGRITY = refused("INTEGRITY");

/** The same first commit each time; what comes after it may differ. */
async function branch(...values: readonly string[]): Promise<Scene> {
  const hand = new Hand("rollback");
  for (const content of values) await hand.commit([hand.put("KEY", content)]);
  return hand.scene();
}

async function* rollbacks(): AsyncGenerator<Named> {
  const seen = await branch("one", "two");
  const remembered = rememberedOf(seen);
  const older = await branch("one");
  yield vector("rollback-older", "An older head of the same chain.", older, read("KEY", { remembered }), ROLLBACK);
  yield vector(
    "rollback-older-verify",
    "The same in verify.",
    older,
    { ...VERIFY, remembered },
    { ok: false, error: "ROLLBACK" },
  );
  yield vector("rollback-older-list", "The same in list.", older, { do: "list", remembered }, ROLLBACK);
  yield vector(
    "rollback-vanished",
    "No head any more.",
    withObjects(seen, { [headKey("prod")]: undefined }),
    read("KEY", { remembered }),
    ROLLBACK,
  );
  yield vector(
    "rollback-other-commit",
    "Another commit of the same sequence.",
    await branch("one", "zwei"),
    read("KEY", { remembered }),
    ROLLBACK,
  );
  yield vector(
    "rollback-forked",
    "A newer head that does not descend from what is remembered.",
    await branch("one", "zwei", "drei"),
    read("KEY", { remembered }),
    ROLLBACK,
  );
  yield vector(
    "rollback-forked-list",
    "The same in list.",
    await branch("one", "zwei", "drei"),
    { do: "list", remembered },
    ROLLBACK,
  );
  yield vector(
    "rollback-forked-late",
    "A newer head that descends from it.",
    await branch("one", "two", "drei"),
    read("KEY", { remembered }),
    { value: Buffer.from("drei").toString("base64") },
  );
  const other = new Hand("rollback", { store: "AAAAAAAAAAAAAAAAAAAAAA" });
  await other.commit([other.put("KEY", "one")]);
  const elsewhere = other.scene();
  yield vector(
    "store-other-pinned",
    "The head of another store than the pinned one.",
    elsewhere,
    read("KEY", { store: seen.store }),
    ROLLBACK,
  );
  yield vector(
    "store-other-remembered",
    "The head of another store than the remembered one.",
    elsewhere,
    read("KEY", { store: null, remembered: { ...rememberedOf(elsewhere), store: seen.store } }),
    ROLLBACK,
  );
  const recordless = withObjects(seen, { "coffer.json": elsewhere.objects.get("coffer.json") });
  yield vector("store-record-other", "coffer.json names another store: it is not read.", recordless, read("KEY"), {
    value: Buffer.from("two").toString("base64"),
  });
  yield vector("store-record-other-verify", "Verify does read it.", recordless, VERIFY, {
    ok: false,
    error: "INTEGRITY",
  });
  const none = withObjects(seen, { "coffer.json": undefined });
  yield vector("store-record-missing", "coffer.json is missing: it is not needed.", none, read("KEY"), {
    value: Buffer.from("two").toString("base64"),
  });
  yield vector(
    "store-other-list",
    "List is told the store, too.",
    elsewhere,
    { do: "list", store: seen.store },
    ROLLBACK,
  );
}

async function* epochs(): AsyncGenerator<Named> {
  const hand = new Hand("retired-epoch");
  await hand.commit([hand.put("KEY", "one")]);
  await hand.beginEpoch();
  await hand.commit([hand.reseal("KEY", 1, "one")]);
  const remembered = rememberedOf(hand.scene());
  const old = new Hand("retired-epoch");
  for (const content of ["one", "two", "three"]) await old.commit([old.put("KEY", content)]);
  yield vector(
    "epoch-retired",
    "A head that the holder of a retired epoch's key wrote.",
    old.scene(),
    read("KEY", { remembered }),
    ROLLBACK,
  );
  yield vector("epoch-retired-list", "The same in list.", old.scene(), { do: "list", remembered }, ROLLBACK);
  const young = await branch("one", "two");
  const elsewhere = {
    ...rememberedOf(young),
    sequence: 1,
    commit: headOf(young).header.ancestors[0] ?? "",
    epoch: `AAAAAAAAAAE${"A".repeat(21)}`,
  };
  yield vector(
    "epoch-since-not-above",
    "Another epoch that began no later than what is remembered.",
    young,
    read("KEY", { remembered: elsewhere }),
    ROLLBACK,
  );
  const record = headOf(young).header.keys[0];
  const master = parseKeyFile(Buffer.from(young.masterKey));
  if (record === undefined || master === null) throw new TypeError("the scene has its keys");
  const fresh = Sensitive.from(young.random(32));
  const wrapped = encodeBase64url(wrapKey(master, keyContext(young, record.epoch, "epoch"), fresh, young.random));
  const rekeyed = { ...young, dataKeys: new Map([...young.dataKeys, [dataKeyId(fresh), fresh]]) };
  const planted = rewrite(rekeyed, {
    head: (text) =>
      replace(
        /"id":"k[^"]*"/,
        `"id":"${dataKeyId(fresh)}"`,
      )(replace(/"wrapped":"[^"]*"/, `"wrapped":"${wrapped}"`)(text)).replaceAll(record.id, dataKeyId(fresh)),
    headKey: dataKeyId(fresh),
  });
  yield vector(
    "epoch-other-key",
    "A new data key under the remembered epoch.",
    planted,
    read("KEY", { remembered: rememberedOf(young) }),
    ROLLBACK,
  );
  yield vector(
    "epoch-other-key-unseen",
    "The same where nothing is remembered: the values do not open.",
    planted,
    read("KEY"),
    INTEGRITY,
  );
}

async function* farBack(): AsyncGenerator<Named> {
  const hand = new Hand("far-back");
  for (let sequence = 1; sequence <= 70; sequence++) await hand.commit([hand.put("KEY", `${sequence}`)]);
  const scene = hand.scene();
  const remembered = { ...rememberedOf(scene), sequence: 1, commit: commitOf(scene, 1).id };
  const key = commitKeyOf(scene, 6);
  const near = only(scene, headKey("prod"), key);
  yield vector(
    "far-back",
    "An ancestor at 1, from a head at 70, through the commit at 6.",
    near,
    read("KEY", { remembered }),
    { value: Buffer.from("70").toString("base64") },
  );
  yield vector(
    "far-back-missing",
    "That commit is missing.",
    withObjects(near, { [key]: undefined }),
    read("KEY", { remembered }),
    INTEGRITY,
  );
  yield vector(
    "far-back-damaged",
    "That commit is damaged.",
    tamperText(near, key, replace('"version":6', '"version":7')),
    read("KEY", { remembered }),
    INTEGRITY,
  );
  yield vector(
    "far-back-other",
    "What is remembered is not its ancestor.",
    near,
    read("KEY", { remembered: { ...remembered, commit: commitOf(scene, 2).id } }),
    ROLLBACK,
  );
}

/** What somebody without a key can do to commits. */
/** What somebody with the keys can do to the links between commits. */
