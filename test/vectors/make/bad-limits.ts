import { headKey } from "../../../src/core/layout.js";
import { Hand } from "./hand.js";
import { inCommit, lines, type Rewriting, replace, rewrite } from "./rewrite.js";
import { only, put, type Scene, vaultCommits } from "./scene.js";
import { LIST, type Named, read, refused, value, vector } from "./vector.js";

/** Names that are none, and all that is longer or more than docs/FORMAT.md section 2 allows; MACs and ids hold. */
export async function* badLimitVectors(): AsyncGenerator<Named> {
  const scene = await vaultCommits("limits", "prod", [put("KEY", "one", { comment: "x", context: { env: "prod" } })]);
  yield* names(scene);
  yield* inHeads(scene);
  yield* shortValues(scene);
  yield* inCommits();
  yield* counts();
}

const INTEGRITY = refused("INTEGRITY");

const BAD_NAMES: readonly (readonly [what: string, name: string])[] = [
  ["empty", ""],
  ["dot", "."],
  ["dots", ".."],
  ["slash", "a/b"],
  ["backslash", "a\\\\b"],
  ["number-sign", "a#b"],
  ["question-mark", "a?b"],
  ["tab", "a\\tb"],
  ["delete", "a\u007fb"],
  ["c1-control", "a\u0085b"],
  ["soft-hyphen", "a\u00adb"],
  ["arabic-letter-mark", "a\u061cb"],
  ["zero-width-space", "a\u200bb"],
  ["left-to-right-mark", "a\u200eb"],
  ["right-to-left-mark", "a\u200fb"],
  ["line-separator", "a\u2028b"],
  ["right-to-left-override", "a\u202eb"],
  ["word-joiner", "a\u2060b"],
  ["invisible-plus", "a\u2064b"],
  ["isolate", "a\u2066b"],
  ["pop-isolate", "a\u2069b"],
  ["byte-order-mark", "a\ufeffb"],
  ["space-before", " a"],
  ["space-after", "a "],
  ["no-break-space-before", "\u00a0a"],
  ["ogham-space-after", "a\u1680"],
  ["en-quad-before", "\u2000a"],
  ["hair-space-after", "a\u200a"],
  ["narrow-space-before", "\u202fa"],
  ["math-space-after", "a\u205f"],
  ["ideographic-space-after", "a\u3000"],
  ["not-normal-form-c", "e\u0301"],
  ["of-256-bytes", "n".repeat(256)],
  ["of-256-bytes-in-86-characters", `a${"€".repeat(85)}`],
];

const GOOD_NAMES: readonly (readonly [what: string, name: string])[] = [
  ["three-dots", "..."],
  ["space-inside", "a b"],
  ["zero-width-joiner", "a\u200db"],
  ["non-joiner", "a\u200cb"],
  ["quotes", "a\\\"b'c`d$e!"],
  ["leading-dash", "-rf"],
  ["private-use", "\ue000"],
  ["last-code-point", "\u{10ffff}"],
  ["nonspacing-mark-alone", "\u0301"],
];

async function* names(scene: Scene): AsyncGenerator<Named> {
  for (const [what, name] of BAD_NAMES) {
    const changed = rewrite(scene, { head: replace('"name":"KEY"', `"name":"${name}"`) });
    yield vector(`name-${what}`, "A head with a name that cannot be one.", changed, LIST, INTEGRITY);
  }
  for (const [what, name] of GOOD_NAMES) {
    const changed = rewrite(scene, { head: replace('"name":"KEY"', `"name":"${name}"`) });
    const parsed: unknown = JSON.parse(`"${name}"`);
    yield vector(`name-${what}`, "A head with an unusual name.", changed, LIST, { names: [String(parsed)] });
  }
  const namespaces: [what: string, namespace: string][] = [
    ["empty-segment", "prod//a"],
    ["leading-slash", "/prod"],
    ["trailing-slash", "prod/"],
    ["segment-of-81-bytes", "s".repeat(81)],
    ["measure-241", `${"A".repeat(60)}a`],
    ["of-241-bytes", `${"s".repeat(80)}/${"s".repeat(80)}/${"s".repeat(79)}`],
    ["not-normal-form-c", "e\u0301"],
  ];
  for (const [what, namespace] of namespaces) {
    const changed = rewrite(scene, { head: replace('"namespace":"prod"', `"namespace":"${namespace}"`) });
    yield vector(`namespace-${what}`, "A head of a namespace that cannot be one.", changed, LIST, INTEGRITY);
  }
}

async function* inHeads(scene: Scene): AsyncGenerator<Named> {
  const contexts =
    (list: string): ((text: string) => string) =>
    (text) =>
      replace(/"context":\["env"\]/, `"context":${list}`)(replace(/"context":\["env"\]/, `"context":${list}`)(text));
  const many = Array.from({ length: 17 }, (_, index) => `"k${String(index).padStart(2, "0")}"`).join(",");
  const cases: [file: string, head: NonNullable<Rewriting["head"]>][] = [
    ["comment-of-1025-bytes", replace('"comment":"x"', `"comment":"${"c".repeat(1025)}"`)],
    ["comment-of-1026-bytes-in-342-characters", replace('"comment":"x"', `"comment":"${"€".repeat(342)}"`)],
    ["context-of-17-pairs", contexts(`[${many}]`)],
    ["context-of-no-pairs", contexts("[]")],
    ["context-twice", contexts('["env","env"]')],
    ["context-order", contexts('["env","Env"]')],
    ["context-order-of-utf-16", contexts('["\u{1f511}","\ufb01"]')],
    ["context-name-empty", contexts('[""]')],
    ["context-name-of-129-bytes", contexts(`["${"k".repeat(129)}"]`)],
    ["context-name-reserved", contexts('["coffer:env"]')],
    ["context-name-reserved-in-capitals", contexts('["AWS:env"]')],
    ["context-name-with-control", contexts('["a\u007f"]')],
    ["version-of-zero", replace('"current":{"version":1', '"current":{"version":0')],
    ["sequence-of-zero", replace('"made":[1]', '"made":[0]')],
    ["floor-of-zero", replace(',"keys":', ',"floor":0,"keys":')],
    ["expires-no-time", replace('"context":["env"],"key"', '"expires":"soon","context":["env"],"key"')],
    ["key-id-other-letter", replace(/"key":"k/, '"key":"K')],
    ["key-id-unused-bits", replace(/("id":"k[^"]{42})[^"]"/g, (_, start = "") => `${start}B"`)],
    ["epoch-of-23-bytes", replace(/("epoch":"[^"]{31})[^"]"/g, (_, start = "") => `${start}"`)],
    ["epoch-since-too-large", replace(/"epoch":"[^"]{12}/g, '"epoch":"ACAAAAAAAAAA')],
    ["store-of-15-bytes", replace(/"store":"[^"]*"/, `"store":"${"A".repeat(20)}"`)],
    ["value-missing", replace(/,"value":"[^"]*"/, "")],
    ["entry-made-missing", replace(',"made":[1]', "")],
    ["entry-made-empty", replace('"made":[1]', '"made":[]')],
  ];
  for (const [file, head] of cases) {
    yield vector(
      `head-with-${file}`,
      "A head that goes beyond a limit, or lacks what it must have.",
      rewrite(scene, { head }),
      LIST,
      INTEGRITY,
    );
  }
}

/** Section 5 asks for 112 bytes where a value is opened. */
async function* shortValues(scene: Scene): AsyncGenerator<Named> {
  const head = replace(/"value":"[^"]*"/, `"value":"${"A".repeat(148)}"`);
  yield vector(
    "sealed-of-111-bytes",
    "A sealed value of 111 bytes.",
    rewrite(scene, { head }),
    read("KEY", { context: { env: "prod" } }),
    INTEGRITY,
  );
}

async function* inCommits(): AsyncGenerator<Named> {
  const origin = { version: "7", author: "grace" };
  const scene = await vaultCommits(
    "commit-limits",
    "prod",
    [put("KEY", "one", { origin, comment: "x" })],
    [put("KEY", "two")],
  );
  const cases: [file: string, edit: (text: string) => string][] = [
    ["author-of-256-bytes", replace(/"author":"ada[^"]*"/, `"author":"${"a".repeat(256)}"`)],
    ["author-empty", replace(/"author":"ada[^"]*"/, '"author":""')],
    ["message-of-4097-bytes", replace('"changes":', `"message":"${"m".repeat(4097)}","changes":`)],
    ["comment-of-1025-bytes", replace('"comment":"x"', `"comment":"${"c".repeat(1025)}"`)],
    ["origin-version-of-256-bytes", replace('"version":"7"', `"version":"${"7".repeat(256)}"`)],
    ["origin-version-empty", replace('"version":"7"', '"version":""')],
    ["origin-author-of-256-bytes", replace('"author":"grace"', `"author":"${"a".repeat(256)}"`)],
    ["origin-version-missing", replace('"version":"7",', "")],
    ["stage-of-65-characters", replace('"type":', `"stage":"${"s".repeat(65)}","type":`)],
    ["stage-with-blank", replace('"type":', '"stage":"a b","type":')],
    ["stage-with-line-feed", replace('"type":', '"stage":"a\\n","type":')],
    ["stage-empty", replace('"type":', '"stage":"","type":')],
    ["name-of-256-bytes", replace('"name":"KEY"', `"name":"${"n".repeat(256)}"`)],
    ["name-not-normal-form-c", replace('"name":"KEY"', '"name":"e\u0301"')],
  ];
  for (const [file, edit] of cases) {
    const changed = rewrite(scene, { commit: inCommit(1, edit) });
    yield vector(
      `commit-with-${file}`,
      "A commit that goes beyond a limit, or lacks what it must have.",
      changed,
      read("KEY", { version: 1 }),
      INTEGRITY,
    );
  }
  const longest = rewrite(scene, {
    commit: inCommit(1, (text) =>
      replace(
        '"changes":',
        `"message":"${"m".repeat(4096)}","changes":`,
      )(replace(/"author":"ada[^"]*"/, `"author":"${"a".repeat(255)}"`)(text)),
    ),
  });
  yield vector(
    "commit-with-longest-texts",
    "Message and author as long as they may be.",
    longest,
    read("KEY", { version: 1 }),
    value("one"),
  );
}

async function* counts(): AsyncGenerator<Named> {
  const names = Array.from(
    { length: 4001 },
    (_, index) => `{"name":"N${String(index).padStart(4, "0")}","top":1,"made":[1]}`,
  );
  const scene = await vaultCommits("too-many-names", "prod", [put("KEY", "one")]);
  const head = only(rewrite(scene, { head: lines(([first = ""]) => [first, ...names]) }), headKey("prod"));
  yield vector("too-many-names", "A head of 4,001 names.", head, LIST, INTEGRITY);
  const hand = new Hand("too-many-changes");
  await hand.commit([hand.put("A", "one")]);
  await hand.commit([hand.put("A", "two")]);
  const forgets = Array.from({ length: 16_384 }, () => '{"op":"forget","name":"B"}').join(",");
  const changed = rewrite(hand.scene(), { commit: inCommit(1, replace('"changes":[', `"changes":[${forgets},`)) });
  yield vector("too-many-changes", "A commit of 16,385 changes.", changed, read("A", { version: 1 }), INTEGRITY);
}
