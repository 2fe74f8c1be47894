import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readShellWord, splitShellLine } from "./read-shell-word.js";

describe("readShellWord", () => {
  it.each([
    ["plain next", "plain", ""],
    ["a\\ b", "a b", ""],
    ["'a b", "a b", "'"],
    ['"a \\$b \\n', "a $b \\n", '"'],
    ["'it'\\''s'", "it's", ""],
    ["dangling\\", "dangling", ""],
    ["a~b", "a~b", ""],
    ["$", "$", ""],
    ["'$(touch pwned)", "$(touch pwned)", "'"],
    ["~/x", null, ""],
    ["a$HOME", null, ""],
    ['"$(touch pwned)', null, '"'],
    ["`touch pwned", null, ""],
    ["$'a\\'b'c", null, ""],
  ] as const)("%s means %j, inside of [%s]", (text, value, open) => {
    expect(readShellWord(text)).toMatchObject({ value, open });
  });

  it("what it knows is what bash knows", () => {
    const raw = fc.string({ unit: fc.constantFrom(..."'\"\\ $!~ab=:é".split("")), minLength: 1, maxLength: 10 });
    const known = raw.filter((text) => {
      const word = readShellWord(text);
      // Bash expands a tilde behind = and : where a word looks like an assignment, and drops a backslash at the end of its script.
      return word.value !== null && word.open === "" && word.end === text.length && !/~|\\$/.test(text);
    });
    fc.assert(
      fc.property(fc.array(known, { minLength: 1, maxLength: 40 }), (words) => {
        const output = execFileSync("bash", ["-c", `printf '%s\\0' ${words.join(" ")}`], { encoding: "utf8" });
        expect(words.map((word) => readShellWord(word).value)).toEqual(output.split("\0").slice(0, -1));
      }),
      { numRuns: 30 },
    );
  });
});

describe("splitShellLine", () => {
  it.each([
    ["coffer get ", ["coffer", "get", ""], false],
    ["coffer get 'a b' c", ["coffer", "get", "a b", "c"], false],
    ["echo 'x;y'; coffer  get\tp", ["coffer", "get", "p"], false],
    ["coffer get a | coffer put ", ["coffer", "put", ""], false],
    ["coffer -s $(echo 'a)' (b) c) get p", ["coffer", "-s", null, "get", "p"], false],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's.
    ["coffer -s ${X:-a b} get p", ["coffer", "-s", null, "get", "p"], false],
    ["coffer -s `a b` get p", ["coffer", "-s", null, "get", "p"], false],
    ["coffer -c $'a b' get p", ["coffer", "-c", null, "get", "p"], false],
    ["coffer list 2>/dev/null >out --l", ["coffer", "list", "--l"], false],
    ["coffer list > o", ["coffer", "list", "o"], true],
    ["", [""], false],
  ])("%s has the words %j", (line, values, redirects) => {
    const found = splitShellLine(line);
    expect({ values: found.words.map(({ value }) => value), redirects: found.redirects }).toEqual({
      values,
      redirects,
    });
  });

  it("never fails, and the last word ends where the line ends", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."'\"\\ $`(){}<>|&;~ab".split("")) }), (line) => {
        expect(splitShellLine(line).words.at(-1)?.end).toBe(line.length);
      }),
    );
  });
});
