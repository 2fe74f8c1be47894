import type { Context } from "../../../src/core/context.js";
import type { StoredChange } from "../../../src/core/documents/commit.js";
import { originOf } from "../../../src/core/documents/submission.js";
import { openMemoryStore } from "../../../src/objects/memory.js";
import type { Vault } from "../../../src/vault/contract.js";
import type { Submission } from "../../../src/vault/submitting/contract.js";
import { openVault } from "../../../src/vault/vault.js";
import { badSubmissionVectors } from "./bad-submissions.js";
import { Hand } from "./hand.js";
import { type Handed, handed, handIn, open } from "./handed.js";
import { openMaster } from "./master.js";
import { put, type Scene, withObjects } from "./scene.js";
import { FIRST_MOMENT, seeded } from "./seeded.js";
import { FOUND_GOOD, type Named, type Question, read, refused, VERIFY, value, values, vector } from "./vector.js";

/** What was handed in and waits, whole, damaged, or accepted already. */
export async function* submissionVectors(): AsyncGenerator<Named> {
  yield* whole();
  yield* accepted();
  yield* forgotten();
  yield* badSubmissionVectors();
}

async function* whole(): AsyncGenerator<Named> {
  const one = await handIn("submission", [handed("KEY", "two", { comment: "why", expires: new Date(FIRST_MOMENT) })], {
    message: "the new one",
  });
  yield vector(
    "submission",
    "A submission, and all that can stand beside a value.",
    one.scene,
    open(one.id),
    values({ KEY: "two" }),
  );
  yield vector(
    "submission-first-use",
    "The same, where no store id is pinned.",
    one.scene,
    open(one.id, { store: null }),
    values({ KEY: "two" }),
  );
  yield vector("submission-unseen", "What waits changes no value.", one.scene, read("KEY"), value("one"));
  yield vector("submission-verify", "Verify does not look at the inbox.", one.scene, VERIFY, FOUND_GOOD);
  const unnamed = withObjects(one.scene, { "inbox/prod/README": Buffer.from("hello") });
  yield vector("submission-rubbish-verify", "Nor at what is no submission.", unnamed, VERIFY, FOUND_GOOD);
  const several = await handIn("submission-several", [
    handed("ü", "text"),
    handed("\u{1f511}", Buffer.from([0, 255]), { type: "binary" }),
    handed("LARGE", "x".repeat(5000)),
    handed("EMPTY", ""),
  ]);
  yield vector(
    "submission-several",
    "Several names, in byte order; a large value, an empty one, bytes.",
    several.scene,
    open(several.id),
    values({ EMPTY: "", LARGE: "x".repeat(5000), ü: "text", "\u{1f511}": Buffer.from([0, 255]) }),
  );
  const first = await handIn("submission-first", [handed("KEY", "one")], { write: async () => {} });
  yield vector(
    "submission-first",
    "To a namespace that was never written to.",
    first.scene,
    open(first.id),
    values({ KEY: "one" }),
  );
  const context = { env: "prod", app: "billing" };
  const bound = await handIn("submission-context", [handed("KEY", "two")], { context });
  const ask = (pairs: Context): Question => open(bound.id, { context: pairs });
  yield vector("submission-context", "With context.", bound.scene, ask(context), values({ KEY: "two" }));
  yield vector(
    "submission-context-pool",
    "Of more pairs it takes its own.",
    bound.scene,
    ask({ ...context, more: "1" }),
    values({ KEY: "two" }),
  );
  yield vector(
    "submission-context-missing",
    "One pair is missing.",
    bound.scene,
    ask({ env: "prod" }),
    refused("CONTEXT"),
  );
  yield vector(
    "submission-context-other",
    "One pair has another value.",
    bound.scene,
    ask({ ...context, env: "dev" }),
    refused("CONTEXT"),
  );
  const other = openMaster(seeded("another master key"));
  yield vector(
    "submission-foreign-master-key",
    "Sealed for another master key than the namespace is.",
    await foreign(one, other.provider),
    open(one.id),
    refused("ACCESS_DENIED"),
  );
  yield vector(
    "submission-missing",
    "There is none of that id.",
    one.scene,
    open(`s${"0".repeat(32)}`),
    refused("NOT_FOUND"),
  );
}

/** The same id, handed in under another master key. */
async function foreign({ scene, id, key }: Handed, keys: ReturnType<typeof openMaster>["provider"]): Promise<Scene> {
  const random = seeded("submission-foreign");
  const bytes = await sealAlone(scene.store, id, keys, random);
  return withObjects(scene, { [key]: bytes });
}

/** The bytes of a submission of this id, made where there is nothing else. */
async function sealAlone(
  storeId: string,
  id: string,
  keys: ReturnType<typeof openMaster>["provider"],
  random: Scene["random"],
): Promise<Uint8Array> {
  const objects = openMemoryStore();
  const draw = (length: number): Uint8Array => (length === 16 ? Buffer.from(id.slice(1), "hex") : random(length));
  const now = (): Date => new Date(FIRST_MOMENT);
  const vault = openVault({ objects, keys, memory: null, author: "ben@example.org", storeId, random: draw, now });
  await vault.submit("prod", [handed("KEY", "handed in")]);
  return (await objects.get(`inbox/prod/${id}`))?.bytes ?? new Uint8Array(0);
}

async function* accepted(): AsyncGenerator<Named> {
  const accept = async (vault: Vault, submission: Submission): Promise<void> => {
    await vault.acceptSubmissions("prod", [submission]);
  };
  const made = await handIn("submission-accepted", [handed("KEY", "two")], { afterwards: accept });
  yield vector(
    "submission-accepted",
    "What was accepted is current, sealed anew.",
    made.scene,
    read("KEY"),
    value("two"),
  );
  yield vector("submission-accepted-verify", "And the chain is whole.", made.scene, VERIFY, FOUND_GOOD);
  yield vector("submission-accepted-gone", "It waits no longer.", made.scene, open(made.id), refused("NOT_FOUND"));
  // The same seed, so the same submission: a copy of what was there before.
  const before = await handIn("submission-accepted", [handed("KEY", "two")]);
  const putBack = (scene: Scene): Scene => withObjects(scene, { [before.key]: before.scene.objects.get(before.key) });
  yield vector(
    "submission-put-back",
    "A copy of it is put back.",
    putBack(made.scene),
    open(made.id),
    refused("CONFLICT"),
  );
  const versions = async (vault: Vault, submission: Submission): Promise<void> => {
    await accept(vault, submission);
    for (let index = 0; index < 68; index++) await vault.commit("prod", [put("KEY", `${index}`)]);
  };
  const long = await handIn("submission-accepted", [handed("KEY", "two")], { afterwards: versions });
  yield vector(
    "submission-put-back-later",
    "The same, 68 versions later.",
    putBack(long.scene),
    open(long.id),
    refused("CONFLICT"),
  );
  const staged = await handIn("submission-accepted", [handed("KEY", "two")], {
    afterwards: async (vault, submission) => {
      await vault.acceptSubmissions("prod", [submission], { stage: "next" });
      await vault.commit("prod", [{ op: "delete", name: "KEY" }]);
    },
  });
  yield vector(
    "submission-put-back-deleted",
    "The same, accepted under a stage; the name was deleted.",
    putBack(staged.scene),
    open(staged.id),
    refused("CONFLICT"),
  );
}

/** A name that was forgotten after it was accepted, and perhaps put again: by hand, since only the whole chain tells. */
async function* forgotten(): AsyncGenerator<Named> {
  for (const [seed, again, about] of [
    [
      "submission-put-back-forgotten",
      false,
      "A copy is put back of one that was accepted, and whose name is forgotten.",
    ],
    ["submission-put-back-forgotten-again", true, "The same; the name was put again."],
  ] as const) {
    const hand = new Hand(seed);
    const id = `s${"5a".repeat(16)}`;
    await hand.beginEpoch();
    await hand.commit([withOrigin(hand.put("KEY", "handed in"), originOf(id)), hand.put("OTHER", "stays")]);
    await hand.commit([hand.remove("KEY")]);
    await hand.commit([{ op: "forget", name: "KEY" }]);
    if (again) await hand.commit([hand.put("KEY", "new")]);
    // The first that is drawn of a seed is the master key; all else of the submission is of another seed.
    let master: Uint8Array | null = seeded(seed)(32);
    const more = seeded(`${seed}, handed in`);
    const { provider } = openMaster((length) => {
      const drawn = master ?? more(length);
      master = null;
      return drawn;
    });
    const bytes = await sealAlone(hand.store, id, provider, more);
    const scene = withObjects(hand.scene(), { [`inbox/prod/${id}`]: bytes });
    yield vector(seed, about, scene, open(id), refused("CONFLICT"));
    const fresh = `s${"5b".repeat(16)}`;
    const bytesOfFresh = await sealAlone(hand.store, fresh, provider, more);
    const waiting = withObjects(hand.scene(), { [`inbox/prod/${fresh}`]: bytesOfFresh });
    yield vector(
      `${seed}-fresh`,
      "Another one to the same name is not refused.",
      waiting,
      open(fresh),
      values({ KEY: "handed in" }),
    );
  }
}

type Step = ReturnType<Hand["put"]>;

function withOrigin(step: Step, version: string): Step {
  return (state) => {
    const change: StoredChange = typeof step === "function" ? step(state) : step;
    if (change.op !== "put") throw new TypeError("only a put has an origin");
    const { key, hash, earlier, ...rest } = change;
    return { ...rest, origin: { version }, key, hash, ...(earlier === undefined ? {} : { earlier }) };
  };
}
