import { describe, expect, it } from "vitest";
import { isCofferError } from "../errors.js";
import { type Selection, selectSecrets } from "./select.js";

interface Named {
  readonly name: string;
  readonly from: number;
}

function named(from: number, ...names: string[]): Named[] {
  return names.map((name) => ({ name, from }));
}

function select(namespaces: readonly (readonly Named[])[], selection?: Selection): string[] {
  return selectSecrets(namespaces, selection).map(
    ({ variable, secret }) => `${variable}=${secret.name}@${secret.from}`,
  );
}

function refusal(names: readonly string[], selection: Selection): string {
  try {
    select([named(1, ...names)], selection);
  } catch (error) {
    if (isCofferError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("selectSecrets", () => {
  it("takes all, in byte order, the later namespace winning", () => {
    expect(select([named(1, "b", "A"), named(2, "b", "C")])).toEqual(["A=A@1", "C=C@2", "b=b@2"]);
  });

  it.each<[string, Selection, string[]]>([
    ["only these", { only: ["B", "A", "A"] }, ["A=A@1", "B=B@1"]],
    ["nothing, when only is empty", { only: [] }, []],
    ["a mapped one by its new name alone", { map: [{ variable: "X", name: "A" }] }, ["B=B@1", "C=C@1", "X=A@1"]],
    ["the mapped ones beside those of only", { only: ["B"], map: [{ variable: "X", name: "A" }] }, ["B=B@1", "X=A@1"]],
    ["a mapped one renamed even if only names it", { only: ["A"], map: [{ variable: "X", name: "A" }] }, ["X=A@1"]],
    [
      "one secret under two names",
      {
        only: [],
        map: [
          { variable: "X", name: "A" },
          { variable: "A", name: "A" },
        ],
      },
      ["A=A@1", "X=A@1"],
    ],
    [
      "two that change names",
      {
        only: [],
        map: [
          { variable: "A", name: "B" },
          { variable: "B", name: "A" },
        ],
      },
      ["A=B@1", "B=A@1"],
    ],
    [
      "a prefix before all but mapped names",
      { prefix: "p_", map: [{ variable: "X", name: "A" }] },
      ["X=A@1", "p_B=B@1", "p_C=C@1"],
    ],
    [
      "everything, when strict names everything",
      { strict: true, only: ["A", "B"], map: [{ variable: "c", name: "C" }] },
      ["A=A@1", "B=B@1", "c=C@1"],
    ],
  ])("gives %s", (_, selection, expected) => {
    expect(select([named(1, "A", "B", "C")], selection)).toEqual(expected);
  });

  it.each([
    ["myapp.db.prod", "", "MYAPP_DB_PROD"],
    ["Db-Url", "my_", "my_DB_URL"],
    ["grün😀", "", "GR_N_"],
    ["1st", "", "_1ST"],
    ["1st", "P_", "P_1ST"],
  ])("makes an identifier of %s with the prefix %j: %s", (name, prefix, variable) => {
    expect(select([named(1, name)], { upper: true, prefix })).toEqual([`${variable}=${name}@1`]);
  });

  it("leaves mapped names as they are written", () => {
    expect(select([named(1, "a")], { upper: true, map: [{ variable: "my.x", name: "a" }] })).toEqual(["my.x=a@1"]);
  });

  it.each<[readonly string[], Selection, string]>([
    [["A"], { only: ["A", "X"], map: [{ variable: "V", name: "Y" }] }, "NOT_FOUND no secret named X, Y"],
    [["C", "A", "B"], { strict: true, only: ["A"] }, "CONFLICT there are secrets that were not asked for: B, C"],
    [["A"], { strict: true }, "USAGE `--strict` says nothing without names to be strict about"],
    [["a.b", "a-b"], { upper: true }, "USAGE A_B would be both a.b and a-b"],
    [["A", "B"], { map: [{ variable: "B", name: "A" }] }, "USAGE B would be both A and B"],
    [
      ["A"],
      {
        map: [
          { variable: "X", name: "A" },
          { variable: "X", name: "A" },
        ],
      },
      "USAGE X would be A twice",
    ],
  ])("of %j refuses %j", (names, selection, message) => {
    expect(refusal(names, selection)).toBe(message);
  });
});
