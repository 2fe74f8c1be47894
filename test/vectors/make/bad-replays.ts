import type { CommitHeader, StoredChange } from "../../../src/core/documents/commit.js";
import { Hand } from "./hand.js";
import { type Edit, inCommit, replace, rewrite } from "./rewrite.js";
import { FOUND_BAD, FOUND_GOOD, type Named, type Question, VERIFY, vector } from "./vector.js";

/** Commits that do not lead to their head, or to any. MACs and ids hold: a key holder wrote them. */
export async function* badReplayVectors(): AsyncGenerator<Named> {
  yield* changes();
}

const NO_KEY: Question = { do: "verify", noKey: true };

async function* changes(): AsyncGenerator<Named> {
  const written =
    (edit: (change: StoredChange) => StoredChange) =>
    (header: CommitHeader): CommitHeader => ({ ...header, changes: header.changes.map(edit) });
  const edits: [file: string, about: string, edit: Edit][] = [
    [
      "version-skipped",
      "A version number was skipped",
      replace('"name":"KEY","version":2', '"name":"KEY","version":3'),
    ],
    [
      "version-repeated",
      "A version number was taken twice",
      replace('"name":"KEY","version":2', '"name":"KEY","version":1'),
    ],
    ["earlier-wrong", "A put points to another earlier version", replace('"earlier":[1]', '"earlier":[2]')],
    ["earlier-missing", "A put points to no earlier version", replace(',"earlier":[1]', "")],
    [
      "earlier-added",
      "A put of a new name points to an earlier version",
      replace(/("name":"NEW".*?"hash":"[^"]*")/, (_, put = "") => `${put},"earlier":[1]`),
    ],
  ];
  const base = new Hand("misfits");
  await base.commit([base.put("KEY", "one")]);
  await base.commit([base.put("KEY", "two"), base.put("NEW", "new")]);
  yield vector(
    "replay-whole",
    "What some of the vectors called replay-… begin with.",
    base.scene(),
    VERIFY,
    FOUND_GOOD,
  );
  for (const [file, about, edit] of edits) {
    yield vector(
      `replay-${file}`,
      `${about}.`,
      rewrite(base.scene(), { commit: inCommit(2, edit) }),
      NO_KEY,
      FOUND_BAD,
    );
  }
  const misfits: [file: string, about: string, change: StoredChange][] = [
    ["delete-of-none", "A name was deleted that is not there", { op: "delete", name: "NONE", version: 1 }],
    ["delete-of-deleted", "A name was deleted twice", { op: "delete", name: "GONE", version: 3, earlier: [1, 1] }],
    [
      "delete-of-staged",
      "A name was deleted of which nothing is current",
      { op: "delete", name: "STAGED", version: 2, earlier: [1] },
    ],
    [
      "promote-of-none",
      "A version was promoted that is not staged",
      { op: "promote", name: "KEY", stage: "next", version: 1 },
    ],
    [
      "promote-of-other",
      "Another version was promoted than is staged",
      { op: "promote", name: "STAGED", stage: "next", version: 2 },
    ],
    ["unstage-of-none", "Something was unstaged that is not staged", { op: "unstage", name: "KEY", stage: "next" }],
    ["move-of-blob", "A value was moved that is in a blob", { op: "move", name: "LARGE", version: 1 }],
    ["move-of-old", "A value was moved that is not in use", { op: "move", name: "KEY", version: 1 }],
    ["move-of-deletion", "A deletion was moved", { op: "move", name: "GONE", version: 2 }],
    ["purge-of-current", "The current version was purged", { op: "purge", name: "KEY", versions: [[2, 2]] }],
    ["purge-of-staged", "A staged version was purged", { op: "purge", name: "STAGED", versions: [[1, 1]] }],
    [
      "purge-above-top",
      "A version above the newest was purged",
      {
        op: "purge",
        name: "KEY",
        versions: [
          [1, 1],
          [3, 3],
        ],
      },
    ],
    ["purge-of-none", "A name was purged that is not there", { op: "purge", name: "NONE", versions: [[1, 1]] }],
    ["forget-of-current", "A name was forgotten that is in use", { op: "forget", name: "KEY" }],
    ["forget-of-staged", "A name was forgotten of which something is staged", { op: "forget", name: "STAGED" }],
    ["forget-of-none", "A name was forgotten that is not there", { op: "forget", name: "NONE" }],
  ];
  yield vector(
    "replay-whole-staged",
    "What the other vectors called replay-… begin with.",
    (await misfitHand()).scene(),
    VERIFY,
    FOUND_GOOD,
  );
  for (const [file, about, change] of misfits) {
    const hand = await misfitHand();
    await hand.commit([], (header) => ({ ...header, changes: [change] }));
    yield vector(`replay-${file}`, `${about}.`, hand.scene(), NO_KEY, FOUND_BAD);
  }
  const swapped = new Hand("order");
  await swapped.commit(
    [swapped.put("KEY", "one", { stage: "next" }), { op: "promote", name: "KEY", stage: "next", version: 1 }],
    (header) => ({ ...header, changes: [...header.changes].reverse() }),
  );
  yield vector(
    "replay-order",
    "Changes stand in another order than they can take effect.",
    swapped.scene(),
    NO_KEY,
    FOUND_BAD,
  );
  const hidden = new Hand("hidden");
  await hidden.commit(
    [hidden.put("KEY", "one", { stage: "next" })],
    written((change) => (change.op === "put" ? { ...change, stage: "last" } : change)),
  );
  yield vector(
    "replay-other-stage",
    "A commit stages under another stage than the head says.",
    hidden.scene(),
    NO_KEY,
    FOUND_BAD,
  );
}

async function misfitHand(): Promise<Hand> {
  const hand = new Hand("misfit");
  const [one, two, staged] = [
    hand.put("KEY", "one"),
    hand.put("KEY", "two"),
    hand.put("STAGED", "s", { stage: "next" }),
  ];
  await hand.commit([
    one,
    two,
    staged,
    hand.put("GONE", "g"),
    hand.remove("GONE"),
    hand.put("LARGE", "l", { inBlob: true }),
  ]);
  return hand;
}

/** Section 10: for an older state the chain is checked as by verify. */
