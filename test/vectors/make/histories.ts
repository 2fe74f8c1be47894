import { headKey } from "../../../src/core/layout.js";
import { commitKeyOf, only, put, rememberedOf, vaultCommits } from "./scene.js";
import { FOUND_GOOD, LIST, type Named, read, refused, VERIFY, value, vector } from "./vector.js";

/** Versions: staged, promoted, deleted, imported, and as they were at an older commit. */
export async function* historyVectors(): AsyncGenerator<Named> {
  yield* stages();
  yield* histories();
  yield* pasts();
}

async function* stages(): AsyncGenerator<Named> {
  const staged = await vaultCommits(
    "staged",
    "prod",
    [put("KEY", "old")],
    [put("KEY", "new", { stage: "next" }), put("FRESH", "first", { stage: "next" })],
  );
  yield vector("staged", "What is staged is read by its stage.", staged, read("KEY", { stage: "next" }), value("new"));
  yield vector("staged-current", "What is current stays so.", staged, read("KEY"), value("old"));
  yield vector(
    "staged-by-number",
    "A staged version by its number.",
    staged,
    read("KEY", { version: 2 }),
    value("new"),
  );
  yield vector("staged-only", "A name of which nothing was ever current.", staged, read("FRESH"), refused("NOT_FOUND"));
  yield vector("staged-list", "A name of which nothing is current is not listed.", staged, LIST, { names: ["KEY"] });
  const again = await vaultCommits(
    "staged-again",
    "prod",
    [put("KEY", "one", { stage: "a" })],
    [put("KEY", "two", { stage: "b" }), put("KEY", "three", { stage: "a" })],
  );
  yield vector(
    "staged-again",
    "A stage holds what was staged there last.",
    again,
    read("KEY", { stage: "a" }),
    value("three"),
  );
  yield vector(
    "staged-again-replaced",
    "What was staged there before is in its commit.",
    again,
    read("KEY", { version: 1 }),
    value("one"),
  );
  yield vector("staged-again-verify", "Verified.", again, VERIFY, FOUND_GOOD);
  const promoted = await vaultCommits(
    "promoted",
    "prod",
    [put("KEY", "old")],
    [put("KEY", "new", { stage: "next" })],
    [{ op: "promote", name: "KEY", stage: "next" }],
  );
  yield vector("promoted", "A staged version became current.", promoted, read("KEY"), value("new"));
  yield vector(
    "promoted-stage",
    "Its stage is empty then.",
    promoted,
    read("KEY", { stage: "next" }),
    refused("NOT_FOUND"),
  );
  yield vector("promoted-before", "The version before it.", promoted, read("KEY", { version: 1 }), value("old"));
  yield vector("promoted-verify", "Verified.", promoted, VERIFY, FOUND_GOOD);
}

async function* histories(): AsyncGenerator<Named> {
  const seventy = Array.from({ length: 70 }, (_, index) => [put("COUNT", `version ${index + 1}`)]);
  const scene = await vaultCommits("seventy-versions", "prod", ...seventy);
  const few = (...sequences: number[]) =>
    only(scene, headKey("prod"), ...sequences.map((sequence) => commitKeyOf(scene, sequence)));
  yield vector(
    "seventy-versions",
    "Beyond the first 64: two steps, for which the commits at 6 and 1 are enough.",
    few(1, 6),
    read("COUNT", { version: 1 }),
    value("version 1"),
  );
  yield vector(
    "seventy-versions-near",
    "Version 69 is one step away.",
    few(69),
    read("COUNT", { version: 69 }),
    value("version 69"),
  );
  yield vector(
    "seventy-versions-edge",
    "Version 6 is the last that the head knows.",
    few(6),
    read("COUNT", { version: 6 }),
    value("version 6"),
  );
  yield vector("seventy-versions-verify", "A chain of 70 commits.", scene, VERIFY, FOUND_GOOD);
  const back = await vaultCommits(
    "put-again",
    "prod",
    [put("KEY", "first")],
    [{ op: "delete", name: "KEY" }],
    [put("KEY", "third")],
  );
  yield vector(
    "put-again",
    "A name that was deleted goes on counting.",
    back,
    read("KEY", { version: 3 }),
    value("third"),
  );
  yield vector(
    "put-again-before",
    "What was there before it was deleted.",
    back,
    read("KEY", { version: 1 }),
    value("first"),
  );
  yield vector(
    "put-again-deletion",
    "The number of a deletion.",
    back,
    read("KEY", { version: 2 }),
    refused("NOT_FOUND"),
  );
  yield vector("put-again-verify", "Verified.", back, VERIFY, FOUND_GOOD);
  const gone = await vaultCommits(
    "deleted",
    "prod",
    [put("KEY", "first"), put("STAYS", "stays"), put("KEY", "staged", { stage: "next" })],
    [{ op: "delete", name: "KEY" }],
  );
  yield vector("deleted", "A deleted name.", gone, read("KEY"), refused("NOT_FOUND"));
  yield vector(
    "deleted-unstaged",
    "Nothing stays staged when a name is deleted.",
    gone,
    read("KEY", { stage: "next" }),
    refused("NOT_FOUND"),
  );
  yield vector("deleted-by-number", "Its older versions are there.", gone, read("KEY", { version: 1 }), value("first"));
  yield vector("deleted-list", "It is not listed.", gone, LIST, { names: ["STAYS"] });
  yield vector("deleted-verify", "Verified.", gone, VERIFY, FOUND_GOOD);
  const origin = { version: "AWSPREVIOUS", time: new Date("2019-02-28T23:59:59.000Z"), author: "grace" };
  const imported = await vaultCommits("imported", "prod", [
    put("KEY", "one", { origin }),
    put("KEY", "two", { origin: { version: "7" } }),
    put("KEY", "three"),
  ]);
  yield vector("imported", "Several versions of a name in one commit.", imported, read("KEY"), value("three"));
  yield vector("imported-older", "An older one of them.", imported, read("KEY", { version: 1 }), value("one"));
  yield vector("imported-verify", "Verified.", imported, VERIFY, FOUND_GOOD);
}

async function* pasts(): AsyncGenerator<Named> {
  const large = "x".repeat(5000);
  const scene = await vaultCommits(
    "past",
    "prod",
    [put("KEY", "one"), put("LARGE", large), put("PIN", "1234", { context: { env: "prod" } })],
    [put("KEY", "two"), put("KEY", "staged", { stage: "next" })],
    [{ op: "delete", name: "KEY" }, put("LARGE", "small")],
  );
  const commits = [1, 2, 3].map((sequence) => commitKeyOf(scene, sequence).slice(-65));
  const [first = "", second = "", third = ""] = commits;
  yield vector("past", "As it was at the first commit.", scene, read("KEY", { at: first }), value("one"));
  yield vector("past-second", "As it was at the second.", scene, read("KEY", { at: second }), value("two"));
  yield vector("past-deleted", "At the third it was deleted.", scene, read("KEY", { at: third }), refused("NOT_FOUND"));
  yield vector(
    "past-staged",
    "What was staged then.",
    scene,
    read("KEY", { at: second, stage: "next" }),
    value("staged"),
  );
  yield vector("past-blob", "A value that lay in a blob.", scene, read("LARGE", { at: second }), value(large));
  yield vector("past-blob-by-number", "It has a number, too.", scene, read("LARGE", { version: 1 }), value(large));
  yield vector(
    "past-context",
    "A value with context.",
    scene,
    read("PIN", { at: first, context: { env: "prod" } }),
    value("1234"),
  );
  yield vector(
    "past-unknown-commit",
    "A commit that is not of this chain.",
    scene,
    read("KEY", { at: `c${"0".repeat(64)}` }),
    refused("NOT_FOUND"),
  );
  yield vector(
    "remembered-equal",
    "What is remembered is this very head.",
    scene,
    read("LARGE", { store: null, remembered: rememberedOf(scene) }),
    value("small"),
  );
  yield vector(
    "remembered-older",
    "What is remembered is an older head of this chain.",
    scene,
    read("LARGE", { remembered: { ...rememberedOf(scene), sequence: 1, commit: first } }),
    value("small"),
  );
}
