import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { continueBashWord, quotePowerShell } from "./quote-shell.js";
import { type OpenQuote, readShellWord } from "./read-shell-word.js";

const OPEN: readonly OpenQuote[] = ["", "'", '"'];

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..." '\"`$\\!~*?[]{}()<>|&;#:=@%^+,-/.abnx0é日".split("")),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }).filter((unit) => !/\p{Cc}/u.test(unit)),
  ),
  maxLength: 12,
});

/** The word as it stands at the prompt once it is complete: readline closes a quote, unless that quote is the last character already. */
function complete(word: string, open: OpenQuote): string {
  const typed = open + continueBashWord(word, open);
  return typed.length > open.length && typed.endsWith(open) ? typed : typed + open;
}

/** What a shell makes of words that are typed. */
function readByShell(shell: string, words: readonly string[]): string[] {
  const script = `printf '%s\\0' ${words.join(" ")}`;
  return execFileSync(shell, ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
}

describe("continueBashWord", () => {
  it.each([
    ["it's $5", "", "it\\'s\\ \\$5"],
    ["it's $5", "'", "it'\\''s $5"],
    ["it's $5", '"', "it's \\$5"],
    ["the 'end'", "'", "the '\\''end'\\'"],
    ['the "end"', '"', 'the \\"end"\\"'],
    ["wow!", '"', 'wow"\\!""'],
    ["prod/billing/DB_URL:a=b,c@d", "", "prod/billing/DB_URL:a=b,c@d"],
  ] as const)("%s goes on behind an open [%s] as %s", (word, open, typed) => {
    expect(continueBashWord(word, open)).toBe(typed);
  });

  it.each(OPEN)("bash and sh read exactly the text, behind an open [%s]", (open) => {
    fc.assert(
      fc.property(
        fc.array(
          text.filter((word) => word !== ""),
          { minLength: 1, maxLength: 40 },
        ),
        (words) => {
          const typed = words.map((word) => complete(word, open));
          expect(readByShell("bash", typed)).toEqual(words);
          expect(readByShell("sh", typed)).toEqual(words);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("our own reader reads it too", () => {
    fc.assert(
      fc.property(text, fc.constantFrom(...OPEN), (word, open) => {
        const typed = complete(word, open);
        expect(readShellWord(typed)).toEqual({ start: 0, end: typed.length, value: word, open: "" });
      }),
    );
  });
});

describe("quotePowerShell", () => {
  it.each([
    ["prod/billing/DB_URL", "prod/billing/DB_URL"],
    ["--dry-run", "--dry-run"],
    ["--for=json", "--for=json"],
    ["--for=$(x)", "'--for=$(x)'"],
    ["it's", "'it''s'"],
    ["it’s", "'it’’s'"],
    ["$(touch pwned)", "'$(touch pwned)'"],
    ["-dash", "'-dash'"],
    ["a b", "'a b'"],
    ["@x", "'@x'"],
    ["", "''"],
  ])("%s is written %s", (word, written) => {
    expect(quotePowerShell(word)).toBe(written);
  });
});
