import { Hand } from "./hand.js";
import { inCommit, replace, rewrite } from "./rewrite.js";
import { rememberedOf } from "./scene.js";
import { FOUND_GOOD, type Named, read, refused, VERIFY, value, vector } from "./vector.js";

/** What the format knows and the vault does not write yet, or seldom: written by hand with the format's own parts. */
export async function* handVectors(): AsyncGenerator<Named> {
  yield* unstaged();
  yield* moved();
  yield* rotated();
  yield* purged();
  yield* idleKeys();
  yield* forgotten();
}

async function* unstaged(): AsyncGenerator<Named> {
  const hand = new Hand("unstaged");
  await hand.commit([hand.put("KEY", "one"), hand.put("KEY", "two", { stage: "next" })]);
  await hand.commit([{ op: "unstage", name: "KEY", stage: "next" }, hand.put("KEY", "three")]);
  await hand.commit([]);
  const scene = hand.scene();
  yield vector("unstaged", "What was unstaged keeps its number.", scene, read("KEY", { version: 2 }), value("two"));
  yield vector(
    "unstaged-current",
    "The next one comes after it; a commit may change nothing.",
    scene,
    read("KEY", { version: 3 }),
    value("three"),
  );
  yield vector("unstaged-verify", "Verified.", scene, VERIFY, FOUND_GOOD);
}

async function* moved(): AsyncGenerator<Named> {
  const hand = new Hand("moved");
  const first = await hand.commit([hand.put("KEY", "one"), hand.put("STAGED", "kept", { stage: "next" })]);
  await hand.commit([
    { op: "move", name: "KEY", version: 1 },
    { op: "move", name: "STAGED", version: 1 },
  ]);
  const scene = hand.scene();
  yield vector("moved", "A value that a later commit moved to a blob.", scene, read("KEY"), value("one"));
  yield vector("moved-staged", "A staged one.", scene, read("STAGED", { stage: "next" }), value("kept"));
  yield vector("moved-past", "Before it was moved.", scene, read("KEY", { at: first }), value("one"));
  yield vector("moved-verify", "Verified.", scene, VERIFY, FOUND_GOOD);
  await hand.commit([hand.put("KEY", "two")]);
  yield vector(
    "moved-superseded",
    "Its bytes stayed where they were, too.",
    hand.scene(),
    read("KEY", { version: 1 }),
    value("one"),
  );
}

async function* rotated(): AsyncGenerator<Named> {
  const hand = new Hand("rotated");
  await hand.beginEpoch();
  const own = await hand.makeOwnKey();
  const first = await hand.commit([
    hand.put("KEY", "one"),
    hand.put("STAGED", "next", { stage: "next" }),
    hand.put("OWN", "alone", { key: own }),
  ]);
  const before = rememberedOf(hand.scene());
  await hand.beginEpoch();
  await hand.commit([hand.reseal("KEY", 1, "one"), { ...hand.reseal("STAGED", 1, "next"), inBlob: true }]);
  const scene = hand.scene();
  yield vector("rotated", "A value that was sealed again in a new epoch.", scene, read("KEY"), value("one"));
  yield vector(
    "rotated-staged",
    "A staged one, now in a blob.",
    scene,
    read("STAGED", { stage: "next" }),
    value("next"),
  );
  yield vector("rotated-own-key", "A key of its own stays that of the old epoch.", scene, read("OWN"), value("alone"));
  yield vector("rotated-past", "Before the rotation.", scene, read("KEY", { at: first }), value("one"));
  yield vector("rotated-verify", "Verified.", scene, VERIFY, FOUND_GOOD);
  yield vector(
    "rotated-verify-without-key",
    "Verified without a key.",
    scene,
    { do: "verify", noKey: true },
    FOUND_GOOD,
  );
  yield vector(
    "remembered-older-epoch",
    "A new epoch that began after what is remembered.",
    scene,
    read("KEY", { remembered: before }),
    value("one"),
  );
  await hand.commit([hand.put("KEY", "two")]);
  yield vector(
    "rotated-superseded",
    "A resealed version that is no longer current is read where it was put, under the old key.",
    hand.scene(),
    read("KEY", { version: 1 }),
    value("one"),
  );
}

async function* purged(): AsyncGenerator<Named> {
  const hand = new Hand("purged");
  const first = await hand.commit([hand.put("KEY", "one"), hand.put("OTHER", "stays")]);
  await hand.commit([hand.put("KEY", "x".repeat(40), { inBlob: true })]);
  await hand.commit([hand.put("KEY", "three")]);
  await hand.commit([hand.put("KEY", "four")]);
  await hand.commit([{ op: "purge", name: "KEY", versions: [[1, 2]] }]);
  hand.destroy("KEY", 1, 2);
  const scene = hand.scene();
  yield vector("purged", "A version that was destroyed.", scene, read("KEY", { version: 1 }), refused("NOT_FOUND"));
  yield vector(
    "purged-blob",
    "One whose blob was destroyed.",
    scene,
    read("KEY", { version: 2 }),
    refused("NOT_FOUND"),
  );
  yield vector("purged-kept", "One that was not.", scene, read("KEY", { version: 3 }), value("three"));
  yield vector(
    "purged-past",
    "Before it was purged, it is not there any more either.",
    scene,
    read("KEY", { at: first }),
    refused("NOT_FOUND"),
  );
  yield vector(
    "purged-past-other",
    "Another secret of that time is.",
    scene,
    read("OTHER", { at: first }),
    value("stays"),
  );
  yield vector("purged-verify", "Verified.", scene, VERIFY, FOUND_GOOD);
  yield vector(
    "purged-with-context",
    "Purged is said before the context is looked at.",
    scene,
    read("KEY", { version: 1, context: { a: "b" } }),
    refused("NOT_FOUND"),
  );
}

/** An own key that only purged values name may go or stay. */
async function* idleKeys(): AsyncGenerator<Named> {
  const hand = new Hand("purged-key");
  await hand.beginEpoch();
  const key = await hand.makeOwnKey({ env: "prod" });
  await hand.commit([hand.put("KEY", "one", { key, context: { env: "prod" } }), hand.put("KEY", "two")]);
  await hand.commit([{ op: "purge", name: "KEY", versions: [[1, 1]] }, hand.put("KEY", "three")]);
  hand.destroy("KEY", 1);
  const [gone, stays] = [hand.scene(), hand.scene(undefined, { idleKeys: true })];
  yield vector("purged-key-gone", "The own key of a purged value is gone, too.", gone, VERIFY, FOUND_GOOD);
  yield vector("purged-key-stays", "The own key of a purged value is still there.", stays, VERIFY, FOUND_GOOD);
  const other = rewrite(stays, {
    commit: inCommit(
      1,
      replace(/("epoch":"[^"]*","context":)\["env"\]/, (_, start = "") => `${start}["eve"]`),
    ),
  });
  yield vector(
    "purged-key-other-context",
    "It is there with another context than the purged value's.",
    other,
    read("KEY", { version: 2 }),
    refused("INTEGRITY"),
  );
}

async function* forgotten(): AsyncGenerator<Named> {
  const hand = new Hand("forgotten");
  const first = await hand.commit([hand.put("KEY", "one"), hand.put("KEY", "two"), hand.put("OTHER", "a")]);
  await hand.commit([hand.remove("KEY"), { op: "forget", name: "KEY" }]);
  hand.destroy("KEY", 1, 2);
  const gone = hand.scene();
  yield vector("forgotten", "A name that was forgotten.", gone, read("KEY", { version: 1 }), refused("NOT_FOUND"));
  yield vector(
    "forgotten-past",
    "It is not there at any time.",
    gone,
    read("KEY", { at: first }),
    refused("NOT_FOUND"),
  );
  yield vector("forgotten-verify", "Verified.", gone, VERIFY, FOUND_GOOD);
  await hand.commit([hand.put("KEY", "four"), hand.put("NEW", "also four")]);
  await hand.commit([hand.put("KEY", "five")]);
  const back = hand.scene();
  yield vector(
    "forgotten-put-again",
    "New names begin above all that was forgotten.",
    back,
    read("NEW", { version: 4 }),
    value("also four"),
  );
  yield vector(
    "forgotten-put-again-older",
    "An older version since then.",
    back,
    read("KEY", { version: 4 }),
    value("four"),
  );
  yield vector(
    "forgotten-put-again-before",
    "A version below the name's first.",
    back,
    read("KEY", { version: 2 }),
    refused("NOT_FOUND"),
  );
  yield vector(
    "forgotten-put-again-past",
    "The name as it was before it was forgotten.",
    back,
    read("KEY", { at: first }),
    refused("NOT_FOUND"),
  );
  yield vector("forgotten-put-again-verify", "Verified.", back, VERIFY, FOUND_GOOD);
}
