import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listStatements, locate } from "./toml-statements.js";

const paths = (text: string): string[] => listStatements(text).map(({ path }) => path.join("|"));

describe("listStatements", () => {
  it("gives each header and each key with the keys above it", () => {
    expect(paths('profile = "a" # why\n\n[profiles.a]\nstore = "x"\n  key="y"\n')).toEqual([
      "profile",
      "profiles|a",
      "profiles|a|store",
      "profiles|a|key",
    ]);
  });

  it.each([
    ["dotted keys", 'a . b.c = 1\n"x.y".z = 2', ["a|b|c", "x.y|z"]],
    ["quoted and literal keys", "[ 'p q' . \"\\u0061\" ]\nk = 1", ["p q|a", "p q|a|k"]],
    ["an array of tables", "[[t]]\nk = 1\n[[t]]\nk = 2", ["t", "t|k", "t", "t|k"]],
    ["lists and tables over several lines", "a = [ # ]\n  '[',\n]\nb = { c = 1,\n d = 2 }\ne = 3", ["a", "b", "e"]],
    [
      "texts that look like statements",
      'a = """\n[x]\ny = 1 ""\\""""\nb = \'\'\'\n[z]\'\'\'\'\nc = "#["\n',
      ["a", "b", "c"],
    ],
    ["no final line's end, CRLF and a byte order mark", "\ufeffa = 1\r\n[b]\r\nc = 2", ["a", "b", "b|c"]],
    ["nothing but a comment", "# a = 1", []],
  ])("understands %s", (_what, text, expected) => {
    expect(paths(text)).toEqual(expected);
  });

  it("gives the places that the statements fill", () => {
    const text = "# one\n[a] # two\r\n  b = [1,\n2] # three\n\n";
    expect(listStatements(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      "[a] # two",
      "b = [1,\n2] # three",
    ]);
  });

  it("ends on every text, however wrong", () => {
    const piece = fc.constantFrom(
      "a",
      "=",
      '"',
      "'",
      '"""',
      "'''",
      "[",
      "]",
      "{",
      "}",
      "\n",
      "\r",
      "#",
      ".",
      " ",
      "\\",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join("");
        for (const { start, end } of listStatements(text)) expect(end).toBeGreaterThanOrEqual(start);
      }),
    );
  });
});

describe("locate", () => {
  const text = "[profiles.a]\n  stor = 1\n[profiles.b.c]\nx = 1\n[profiles]\nd = { stor = 1 }\n";

  it.each([
    [["profiles", "a", "stor"], 2, 3],
    [["profiles", "b"], 3, 1],
    [["profiles", "d", "stor"], 6, 1],
    [["nowhere"], 1, 1],
  ])("finds %j, or what is nearest to it", (path, line, column) => {
    expect(locate(text, path)).toEqual({ line, column });
  });
});
