import { describe, expect, it } from "vitest";
import { EPOCH_KEY, HASH, OTHER_HASH, OWN_KEYS, sampleHead, sampleId, TIME } from "../testing/sample-documents.js";
import type { StoredChange } from "./documents/commit.js";
import { MAX_NAMES } from "./documents/fields.js";
import { replay } from "./replay.js";
import { emptyState, nextEarlier, nextVersion, type ReplayedEntry, type State, stateOfHead } from "./state.js";

const integrity = expect.objectContaining({ code: "INTEGRITY" });

type Put = Extract<StoredChange, { op: "put" }>;

function put(name: string, version: number, more: Partial<Omit<Put, "op" | "name" | "version">> = {}): Put {
  return { op: "put", name, version, type: "text", key: EPOCH_KEY, hash: HASH, ...more };
}

/** The state after commits of these changes, from the first on. */
function stateAfter(...commits: StoredChange[][]): State {
  const state = emptyState();
  commits.forEach((changes, index) => {
    replay(state, sampleId(index + 1), { sequence: index + 1, time: TIME, changes });
  });
  return state;
}

function entryAfter(...commits: StoredChange[][]): ReplayedEntry | undefined {
  return stateAfter(...commits).entries.get("A");
}

const made = (version: number, sequence: number) => ({ version, sequence, commit: sampleId(sequence), time: TIME });
const live = (version: number, sequence: number, more: object = {}) => ({
  ...made(version, sequence),
  type: "text",
  key: EPOCH_KEY,
  hash: HASH,
  ...more,
});

const PUT_1 = put("A", 1);
const PUT_2 = put("A", 2, { earlier: [1] });
const STAGED_2 = put("A", 2, { stage: "next", earlier: [1] });
const DELETE_2: StoredChange = { op: "delete", name: "A", version: 2, earlier: [1] };

describe("a put", () => {
  it("makes the first version of a name current", () => {
    expect(entryAfter([PUT_1])).toEqual({
      name: "A",
      top: 1,
      made: [1],
      purged: [],
      current: live(1, 1),
      staged: new Map(),
    });
  });

  it("makes the next version current and knows who made those before", () => {
    expect(entryAfter([PUT_1], [PUT_2])).toMatchObject({ top: 2, made: [2, 1], current: live(2, 2) });
  });

  it("under a stage leaves what is current as it is", () => {
    const entry = entryAfter([PUT_1], [STAGED_2]);
    expect(entry).toMatchObject({ top: 2, made: [2, 1], current: live(1, 1) });
    expect(entry?.staged).toEqual(new Map([["next", live(2, 2)]]));
  });

  it("under a stage takes the place of what stood there", () => {
    const entry = entryAfter([PUT_1], [STAGED_2], [put("A", 3, { stage: "next", earlier: [2, 1] })]);
    expect([...(entry?.staged.values() ?? [])]).toEqual([live(3, 3)]);
  });

  it("leaves what is staged as it is", () => {
    const entry = entryAfter([PUT_1], [STAGED_2], [put("A", 3, { earlier: [2, 1] })]);
    expect(entry?.current).toEqual(live(3, 3));
    expect(entry?.staged.get("next")).toEqual(live(2, 2));
  });

  it("keeps what is said of the version, and that its value lies in a blob", () => {
    const more = { comment: "c", expires: TIME, context: ["app"], key: OWN_KEYS[0] };
    const entry = entryAfter([put("A", 1, { ...more, inBlob: true, origin: { version: "7" } })]);
    expect(entry?.current).toEqual(live(1, 1, { ...more, blob: 1 }));
  });

  it("goes on counting after a delete", () => {
    const entry = entryAfter([PUT_1], [DELETE_2], [put("A", 3, { earlier: [2, 1] })]);
    expect(entry).toMatchObject({ top: 3, made: [3, 2, 1], current: live(3, 3) });
  });

  it("takes effect several times in one commit", () => {
    expect(entryAfter([PUT_1, PUT_2])).toMatchObject({ top: 2, made: [1, 1], current: live(2, 1) });
  });
});

describe("a delete", () => {
  it("makes a deleted version current and leaves nothing staged", () => {
    const entry = entryAfter([PUT_1], [STAGED_2], [{ op: "delete", name: "A", version: 3, earlier: [2, 1] }]);
    expect(entry).toEqual({
      name: "A",
      top: 3,
      made: [3, 2, 1],
      purged: [],
      current: { ...made(3, 3), deleted: true },
      staged: new Map(),
    });
  });
});

describe("a promote", () => {
  it("makes what is staged current, and it leaves that stage and no other", () => {
    const other = put("A", 3, { stage: "other", earlier: [2, 1] });
    const entry = entryAfter([PUT_1], [STAGED_2], [other], [{ op: "promote", name: "A", stage: "next", version: 2 }]);
    expect(entry?.current).toEqual(live(2, 2));
    expect([...(entry?.staged.keys() ?? [])]).toEqual(["other"]);
    expect(entry?.top).toBe(3);
  });
});

describe("an unstage", () => {
  it("takes away what is staged; its number stays taken", () => {
    const entry = entryAfter([PUT_1], [STAGED_2], [{ op: "unstage", name: "A", stage: "next" }]);
    expect(entry).toMatchObject({ top: 2, made: [2, 1], current: live(1, 1), staged: new Map() });
  });
});

describe("a move", () => {
  it("puts the value of what is current into the blob of its commit", () => {
    const entry = entryAfter([PUT_1], [STAGED_2], [{ op: "move", name: "A", version: 1 }]);
    expect(entry?.current).toEqual(live(1, 1, { blob: 3 }));
    expect(entry?.staged.get("next")).toEqual(live(2, 2));
  });

  it("puts the value of what is staged there as well", () => {
    const entry = entryAfter([PUT_1], [STAGED_2], [{ op: "move", name: "A", version: 2 }]);
    expect(entry?.current).toEqual(live(1, 1));
    expect(entry?.staged.get("next")).toEqual(live(2, 2, { blob: 3 }));
  });
});

describe("a reseal", () => {
  const reseal = { op: "reseal", name: "A", version: 1, key: OWN_KEYS[0], hash: OTHER_HASH } as const;

  it("changes key and value and nothing else", () => {
    const first = put("A", 1, { comment: "c", context: ["app"] });
    const expected = live(1, 1, { comment: "c", context: ["app"], key: OWN_KEYS[0], hash: OTHER_HASH });
    expect(entryAfter([first], [reseal])).toMatchObject({ top: 1, made: [1] });
    expect(entryAfter([first], [reseal])?.current).toEqual(expected);
  });

  it("takes a value out of its blob, or puts it into one of its own", () => {
    const inBlob = put("A", 1, { inBlob: true });
    expect(entryAfter([inBlob], [reseal])?.current).not.toHaveProperty("blob");
    expect(entryAfter([inBlob], [{ ...reseal, inBlob: true }])?.current).toHaveProperty("blob", 2);
  });

  it("changes what is staged as well", () => {
    const entry = entryAfter([PUT_1], [STAGED_2], [{ ...reseal, version: 2 }]);
    expect(entry?.staged.get("next")).toEqual(live(2, 2, { key: OWN_KEYS[0], hash: OTHER_HASH }));
  });
});

describe("a purge", () => {
  it("remembers what was destroyed, together with what was destroyed before", () => {
    const third = put("A", 3, { earlier: [2, 1] });
    const purge = (from: number, to: number): StoredChange => ({ op: "purge", name: "A", versions: [[from, to]] });
    expect(entryAfter([PUT_1], [PUT_2], [third], [purge(1, 1)])?.purged).toEqual([[1, 1]]);
    expect(entryAfter([PUT_1], [PUT_2], [third], [purge(2, 2)], [purge(1, 1)])?.purged).toEqual([[1, 2]]);
    expect(entryAfter([PUT_1], [PUT_2], [third], [purge(1, 2)], [purge(1, 2)])?.purged).toEqual([[1, 2]]);
  });

  it("may take the deletion as well", () => {
    expect(entryAfter([PUT_1], [DELETE_2], [{ op: "purge", name: "A", versions: [[1, 2]] }])?.purged).toEqual([[1, 2]]);
  });
});

describe("a forget", () => {
  const forget = { op: "forget", name: "A" } as const;

  it("takes the name away; new names begin above its numbers", () => {
    const state = stateAfter([PUT_1], [DELETE_2], [forget]);
    expect([state.entries.size, state.floor, nextVersion(state, "A"), nextVersion(state, "B")]).toEqual([0, 2, 3, 3]);
    expect(nextEarlier(state, "A")).toEqual([]);
    expect(entryAfter([PUT_1], [DELETE_2], [forget], [put("A", 3)])).toMatchObject({ top: 3, made: [4] });
  });

  it("never lowers the floor, nor the numbers of names that are there", () => {
    const state = stateAfter(
      [put("B", 1)],
      [PUT_1, { op: "delete", name: "A", version: 2, earlier: [2] }],
      [forget],
      [put("C", 3), { op: "delete", name: "C", version: 4, earlier: [4] }],
    );
    expect(nextVersion(state, "B")).toBe(2);
    replay(state, sampleId(5), { sequence: 5, time: TIME, changes: [{ op: "forget", name: "C" }] });
    expect(state.floor).toBe(4);
  });

  it("may take a name of which nothing is current or staged", () => {
    const staged = put("A", 1, { stage: "next" });
    expect(stateAfter([staged], [{ op: "unstage", name: "A", stage: "next" }, forget]).floor).toBe(1);
  });
});

describe("a change that does not fit", () => {
  const before: StoredChange[][] = [
    [PUT_1],
    [STAGED_2],
    [put("D", 1)],
    [{ op: "delete", name: "D", version: 2, earlier: [3] }],
    [put("M", 1, { inBlob: true })],
  ];
  const reseal = { op: "reseal", key: EPOCH_KEY, hash: HASH } as const;

  it.each<[string, StoredChange]>([
    ["a put of a number that is taken", put("A", 2, { earlier: [1] })],
    ["a put that leaves a number out", put("A", 4, { earlier: [2, 1] })],
    ["a put without what came before", put("A", 3)],
    ["a put with other commits before it", put("A", 3, { earlier: [2, 2] })],
    ["a put with less before it", put("A", 3, { earlier: [2] })],
    ["a first put of another number than 1", put("N", 2)],
    ["a first put with something before it", put("N", 1, { earlier: [1] })],
    ["a delete of what is not there", { op: "delete", name: "N", version: 1 }],
    ["a delete of what is deleted", { op: "delete", name: "D", version: 3, earlier: [4, 3] }],
    ["a delete out of turn", { op: "delete", name: "A", version: 4, earlier: [2, 1] }],
    ["a delete without what came before", { op: "delete", name: "A", version: 3 }],
    ["a promote of what is not there", { op: "promote", name: "N", stage: "next", version: 1 }],
    ["a promote of another version", { op: "promote", name: "A", stage: "next", version: 1 }],
    ["a promote of another stage", { op: "promote", name: "A", stage: "other", version: 2 }],
    ["an unstage of what is not there", { op: "unstage", name: "N", stage: "next" }],
    ["an unstage of another stage", { op: "unstage", name: "A", stage: "other" }],
    ["a move of what is not there", { op: "move", name: "N", version: 1 }],
    ["a move of a version that is not in use", { op: "move", name: "A", version: 3 }],
    ["a move of what is in a blob", { op: "move", name: "M", version: 1 }],
    ["a move of a deletion", { op: "move", name: "D", version: 2 }],
    ["a reseal of what is not there", { ...reseal, name: "N", version: 1 }],
    ["a reseal of a version that is not in use", { ...reseal, name: "D", version: 1 }],
    ["a reseal of a deletion", { ...reseal, name: "D", version: 2 }],
    ["a purge of what is not there", { op: "purge", name: "N", versions: [[1, 1]] }],
    ["a purge of what is current", { op: "purge", name: "A", versions: [[1, 1]] }],
    ["a purge of what is staged", { op: "purge", name: "A", versions: [[2, 2]] }],
    ["a purge above top", { op: "purge", name: "D", versions: [[1, 3]] }],
    ["a forget of what is not there", { op: "forget", name: "N" }],
    ["a forget of what is current", { op: "forget", name: "M" }],
    ["a forget of what is staged", { op: "forget", name: "A" }],
  ])("is refused: %s", (_, change) => {
    expect(stateAfter(...before).entries.size).toBe(3);
    expect(() => stateAfter(...before, [change])).toThrow(integrity);
  });

  it("is refused where it makes more names than there may be", () => {
    const puts = (count: number): StoredChange[] => Array.from({ length: count }, (_, index) => put(`N${index}`, 1));
    expect(stateAfter(puts(MAX_NAMES)).entries.size).toBe(MAX_NAMES);
    expect(() => stateAfter(puts(MAX_NAMES + 1))).toThrow(integrity);
    expect(() => stateAfter(puts(MAX_NAMES), [put("MORE", 1)])).toThrow(integrity);
  });

  it("may make one name more in passing", () => {
    const puts = Array.from({ length: MAX_NAMES }, (_, index) => put(`N${index}`, 1));
    const gone: StoredChange[] = [
      { op: "delete", name: "N0", version: 2, earlier: [1] },
      { op: "forget", name: "N0" },
    ];
    expect(stateAfter(puts, [put("MORE", 1), ...gone]).entries.size).toBe(MAX_NAMES);
  });
});

describe("the state of a head", () => {
  it("is what the head says, with values known by their hashes", () => {
    const { header, entries } = sampleHead();
    const state = stateOfHead(header.floor, entries);
    expect(state.floor).toBe(3);
    expect([...state.entries.keys()]).toEqual(["A", "B", "C"]);
    expect(state.entries.get("A")).toMatchObject({ top: 3, purged: [[1, 1]], current: { hash: HASH } });
    expect(state.entries.get("A")?.current).not.toHaveProperty("value");
    expect(state.entries.get("B")?.current).toMatchObject({ hash: HASH, blob: 4 });
    expect(state.entries.get("B")?.staged.get("next")).toMatchObject({ version: 5, hash: OTHER_HASH });
    expect(state.entries.get("C")?.current).toEqual({ ...made(2, 3), deleted: true });
  });

  it("goes on from there as from its commits", () => {
    const { header, entries } = sampleHead();
    const state = stateOfHead(header.floor, entries);
    expect([nextVersion(state, "A"), nextVersion(state, "C"), nextVersion(state, "NEW")]).toEqual([4, 3, 4]);
    expect(nextEarlier(state, "A")).toEqual([5, 2, 1]);
    // B is known from its version 4 on.
    expect(nextEarlier(state, "B")).toEqual([4, 4]);
  });
});
