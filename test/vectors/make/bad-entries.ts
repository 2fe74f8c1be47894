import { Hand } from "./hand.js";
import { type Edit, lines, replace, rewrite } from "./rewrite.js";
import { headOf, put, type Scene, vaultCommits } from "./scene.js";
import { currentOf } from "./seal-by-hand.js";
import { FOUND_BAD, FOUND_GOOD, type Named, type Question, read, refused, VERIFY, vector } from "./vector.js";

/** Heads that contradict themselves or their commits. MACs and ids hold: a key holder wrote them. */
export async function* badEntryVectors(): AsyncGenerator<Named> {
  yield* entries();
  yield* heads();
}

const NO_KEY: Question = { do: "verify", noKey: true };

async function stagedScene(): Promise<Scene> {
  const hand = new Hand("bad-entries");
  await hand.commit([hand.put("A", "a"), hand.put("KEY", "one")]);
  await hand.commit([
    hand.put("KEY", "two"),
    hand.put("KEY", "three", { stage: "a" }),
    hand.put("KEY", "four", { stage: "b" }),
    hand.put("LARGE", "large", { inBlob: true }),
  ]);
  await hand.commit([hand.put("GONE", "gone"), hand.remove("GONE")]);
  return hand.scene();
}

async function* entries(): AsyncGenerator<Named> {
  const scene = await stagedScene();
  yield vector(
    "entries-whole",
    "What the vectors called entry-… and head-other-… begin with.",
    scene,
    VERIFY,
    FOUND_GOOD,
  );
  const staged = /"staged":\[(\{.*?\}),(\{.*?\})\]/;
  const cases: [file: string, about: string, head: Edit][] = [
    [
      "name-twice",
      "A name stands twice",
      lines((list) => list.flatMap((line) => (line.includes('"name":"A"') ? [line, line] : [line]))),
    ],
    ["names-unsorted", "Names stand out of order", lines(([first = "", ...rest]) => [first, ...rest.reverse()])],
    [
      "current-above-top",
      "The current version is above top",
      replace('"current":{"version":2', '"current":{"version":5'),
    ],
    [
      "current-is-staged",
      "One version is current and staged",
      replace(/("staged":\[\{"stage":"a","version":)3/, (_, start = "") => `${start}2`),
    ],
    [
      "staged-twice",
      "One version is staged twice",
      replace(/("stage":"b","version":)4/, (_, start = "") => `${start}3`),
    ],
    ["stage-twice", "One stage stands twice", replace('"stage":"b"', '"stage":"a"')],
    ["stages-unsorted", "Stages stand out of order", replace(staged, (_, a = "", b = "") => `"staged":[${b},${a}]`)],
    ["staged-empty", "A list of what is staged is empty", replace(staged, '"staged":[]')],
    [
      "staged-deleted",
      "A deleted version is staged",
      replace(/("stage":"b".*?"time":"[^"]*"),.*?\}\]/, (_, start = "") => `${start},"deleted":true}]`),
    ],
    ["deleted-false", "A version that is said not to be deleted", replace('"deleted":true', '"deleted":false')],
    ["deleted-with-value", "A deleted version with a type", replace('"deleted":true', '"type":"text","deleted":true')],
    [
      "made-other",
      "Made says another sequence than the version",
      replace('"top":4,"made":[2,2,2,1]', '"top":4,"made":[2,2,1,1]'),
    ],
    ["made-rising", "Sequences of made rise", replace('"made":[2,2,2,1]', '"made":[2,2,2,3]')],
    ["made-too-many", "Made goes on before the first version", replace('"made":[2,2,2,1]', '"made":[2,2,2,1,1]')],
    ["made-in-future", "Made points above the head's sequence", replace('"made":[2,2,2,1]', '"made":[4,2,2,1]')],
    [
      "sequence-in-future",
      "A version is of a sequence above the head's",
      replace(
        /("name":"A","top":1,"made":\[)1(\],"current":\{"version":1,"sequence":)1/,
        (_, a = "", b = "") => `${a}4${b}4`,
      ),
    ],
    ["blob-in-future", "A blob is of a sequence above the head's", replace('"blob":2', '"blob":4')],
    ["blob-of-zero", "A blob is of sequence 0", replace('"blob":2', '"blob":0')],
    [
      "blob-and-value",
      "A version has a value and a blob",
      replace('"blob":2', `"value":"${"A".repeat(150)}","blob":2`),
    ],
    ["blob-without-hash", "A blob has no hash", replace(/("blob":2),"hash":"[^"]*"/, (_, blob = "") => blob)],
    [
      "purged-above-top",
      "A version above top was purged",
      replace('"top":1,"made":[1],', '"top":1,"made":[1],"purged":[[2,2]],'),
    ],
    [
      "purged-current",
      "The current version was purged",
      replace('"top":1,"made":[1],', '"top":1,"made":[1],"purged":[[1,1]],'),
    ],
    [
      "purged-staged",
      "A staged version was purged",
      replace('"made":[2,2,2,1],', '"made":[2,2,2,1],"purged":[[3,3]],'),
    ],
    ["ranges-adjacent", "Two ranges touch", replace('"made":[3,3],', '"made":[3,3],"purged":[[1,1],[2,2]],')],
    ["ranges-falling", "A range falls", replace('"made":[3,3],', '"made":[3,3],"purged":[[2,1]],')],
    ["ranges-from-zero", "A range begins at 0", replace('"made":[3,3],', '"made":[3,3],"purged":[[0,1]],')],
    ["ranges-of-one-number", "A range of one number", replace('"made":[3,3],', '"made":[3,3],"purged":[[1]],')],
    [
      "ranges-of-three-numbers",
      "A range of three numbers",
      replace('"made":[3,3],', '"made":[3,3],"purged":[[1,1,1]],'),
    ],
  ];
  for (const [file, about, head] of cases) {
    yield vector(`entry-${file}`, `${about}.`, rewrite(scene, { head }), read("A"), refused("INTEGRITY"));
  }
}

/** Heads that are well-formed, but not what their commits give. */
async function* heads(): AsyncGenerator<Named> {
  const scene = await stagedScene();
  const { current } = headOf(scene).entries.get("A") ?? {};
  const inline = currentOf(scene, "A");
  const other = await vaultCommits("other-values", "prod", [put("A", "another")]);
  const cases: [file: string, about: string, head: Edit][] = [
    [
      "comment",
      "a comment that its commit does not",
      replace(/("name":"A".*?"type":"text")/, (found = "") => `${found},"comment":"x"`),
    ],
    [
      "type",
      "another type than its commit",
      replace(/("name":"A".*?"type":)"text"/, (_, start = "") => `${start}"binary"`),
    ],
    [
      "time",
      "another time than its commit",
      replace(/("name":"A".*?"time":"2026-01-01T00:0)1/, (_, start = "") => `${start}2`),
    ],
    [
      "commit",
      "another commit than the one that made it",
      replace(
        new RegExp(`("name":"A".*?"commit":")${current?.commit}`),
        (_, start = "") => `${start}c${"0".repeat(64)}`,
      ),
    ],
    ["value", "another value than its commit", replace("value" in inline ? inline.value : "?", sealedIn(other))],
    ["floor", "a floor where nothing was forgotten", replace(',"keys":', ',"floor":1,"keys":')],
    [
      "missing-name",
      "nothing of a name that its commits made",
      lines((list) => list.filter((line) => !line.includes('"name":"GONE"'))),
    ],
    ["extra-name", "a name that no commit made", lines((list) => [...list, '{"name":"ZZZ","top":1,"made":[1]}'])],
    [
      "top",
      "a version that no commit made",
      replace('"name":"A","top":1,"made":[1]', '"name":"A","top":2,"made":[1,1]'),
    ],
    ["made", "another maker of an older version", replace('"made":[2,2,2,1]', '"made":[2,2,2,2]')],
    ["made-short", "fewer older versions than there are", replace('"made":[2,2,2,1]', '"made":[2,2,2]')],
    ["purged", "a purge that no commit made", replace('"made":[2,2,2,1],', '"made":[2,2,2,1],"purged":[[1,1]],')],
    ["stage", "another stage", replace('"stage":"b"', '"stage":"c"')],
    [
      "deleted",
      "nothing current where a deletion is",
      replace(/("name":"GONE".*?),"current":\{.*?\}/, (_, start = "") => start),
    ],
    ["blob", "another blob than its commit", replace('"blob":2', '"blob":1')],
  ];
  for (const [file, about, head] of cases) {
    yield vector(`head-other-${file}`, `A head that says ${about}.`, rewrite(scene, { head }), NO_KEY, FOUND_BAD);
  }
}

function sealedIn(scene: Scene): string {
  const inline = currentOf(scene, "A");
  return "value" in inline ? inline.value : "";
}

/** Commits whose changes do not fit what was there before them. */
/** An epoch that says it began with another commit. */
