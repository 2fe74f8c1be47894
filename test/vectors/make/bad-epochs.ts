import { Hand } from "./hand.js";
import { type Edit, inCommit, replace, rewrite } from "./rewrite.js";
import { commitOf, headOf } from "./scene.js";
import { FOUND_BAD, type Named, type Question, read, refused, VERIFY, vector } from "./vector.js";

/** Epochs that begin when none may, and values that were resealed to something else. A key holder wrote them: MACs and ids hold. */
export async function* badEpochVectors(): AsyncGenerator<Named> {
  yield* epochs();
  yield* reseals();
  yield* pasts();
}

const NO_KEY: Question = { do: "verify", noKey: true };

async function* epochs(): AsyncGenerator<Named> {
  const hand = new Hand("epoch-late");
  await hand.commit([hand.put("KEY", "one")]);
  await hand.beginEpoch();
  await hand.commit([hand.reseal("KEY", 1, "one")]);
  const scene = hand.scene();
  const epoch = headOf(scene).header.epoch;
  const early = withSince(epoch, 1);
  const all: Edit = (text) => text.replaceAll(epoch, early);
  yield vector(
    "epoch-not-of-its-commit",
    "A new epoch that says it began with an earlier commit.",
    rewrite(scene, { head: all, commit: all }),
    NO_KEY,
    FOUND_BAD,
  );
  const old = new Hand("epoch-late");
  await old.commit([old.put("KEY", "one")]);
  const first = headOf(old.scene()).header.epoch;
  const same: Edit = (text) => text.replaceAll(epoch, first);
  yield vector(
    "epoch-with-two-keys",
    "One epoch with two keys.",
    rewrite(scene, { head: same, commit: same }),
    NO_KEY,
    FOUND_BAD,
  );
  const late = new Hand("epoch-of-first");
  await late.commit([late.put("KEY", "one")]);
  await late.commit([]);
  const begun = headOf(late.scene()).header.epoch;
  const second: Edit = (text) => text.replaceAll(begun, withSince(begun, 2));
  yield vector(
    "epoch-before-it-began",
    "A commit of an epoch that begins later.",
    rewrite(late.scene(), { head: second, commit: second }),
    NO_KEY,
    FOUND_BAD,
  );
  yield vector(
    "head-of-other-epoch",
    "A head of another epoch than its commit.",
    rewrite(scene, { head: all }),
    NO_KEY,
    FOUND_BAD,
  );
}

function withSince(epoch: string, since: number): string {
  const bytes = Buffer.from(epoch, "base64url");
  bytes.writeBigUInt64BE(BigInt(since));
  return bytes.toString("base64url");
}

async function* pasts(): AsyncGenerator<Named> {
  const hand = new Hand("bad-pasts");
  for (const content of ["one", "two", "three"]) await hand.commit([hand.put("KEY", content)]);
  const zeros = `c${"0".repeat(64)}`;
  const wrong: Edit = replace(/,"c[^"]*"\]/, `,"${zeros}"]`);
  const ancestors = rewrite(hand.scene(), { commit: inCommit(3, wrong), head: wrong });
  const first = commitOf(ancestors, 1).id;
  yield vector(
    "past-ancestors-wrong",
    "The state at the first commit, of a chain whose newest one names a wrong ancestor.",
    ancestors,
    read("KEY", { at: first }),
    refused("INTEGRITY"),
  );
  const late = new Hand("bad-pasts-epoch");
  await late.commit([late.put("KEY", "one")]);
  await late.beginEpoch();
  await late.commit([late.reseal("KEY", 1, "one")]);
  const { epoch } = headOf(late.scene()).header;
  const earlier: Edit = (text) => text.replaceAll(epoch, withSince(epoch, 1));
  const early = rewrite(late.scene(), { head: earlier, commit: earlier });
  yield vector(
    "past-epoch-wrong",
    "The same, of a chain whose second epoch says it began earlier.",
    early,
    read("KEY", { at: commitOf(early, 1).id }),
    refused("INTEGRITY"),
  );
  const old = new Hand("epoch-key-as-own-key");
  await old.commit([old.put("KEY", "one")]);
  await old.beginEpoch();
  await old.commit([]);
  yield vector(
    "epoch-key-as-own-key",
    "A new epoch that lists the old one's key as an own key, and reseals nothing.",
    old.scene(),
    read("KEY"),
    refused("INTEGRITY"),
  );
  yield vector("epoch-key-as-own-key-verify", "The same in verify.", old.scene(), VERIFY, FOUND_BAD);
}

async function* reseals(): AsyncGenerator<Named> {
  const hand = new Hand("reseal-other");
  await hand.commit([hand.put("KEY", "one")]);
  await hand.beginEpoch();
  await hand.commit([hand.reseal("KEY", 1, "another")]);
  yield vector("resealed-to-other", "A value that was resealed to another value.", hand.scene(), VERIFY, FOUND_BAD);
  const none = new Hand("reseal-of-none");
  await none.commit([none.put("KEY", "one")]);
  await none.commit([], (header) => ({ ...header, changes: [none.reseal("KEY", 2, "two")] }));
  yield vector("replay-reseal-of-none", "A version was resealed that is not in use.", none.scene(), NO_KEY, FOUND_BAD);
  const own = new Hand("reseal-context");
  await own.beginEpoch();
  const key = await own.makeOwnKey({ env: "prod" });
  await own.commit([own.put("KEY", "one")]);
  await own.commit([], (header) => ({ ...header, changes: [own.reseal("KEY", 1, "one", key)] }));
  yield vector(
    "resealed-under-other-context",
    "A version without context was resealed under a key with one.",
    own.scene(),
    NO_KEY,
    FOUND_BAD,
  );
}
