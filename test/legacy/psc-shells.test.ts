// What decrypt-env prints, read by real shells in each of the three ways that psc's users have.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isWellFormed } from "../../src/core/name.js";
import { exportLine } from "../../src/legacy/psc/quote-value.js";
import { Desk } from "../conversations/desk.js";
import { isThere, readNulls } from "../formats/run.js";

const WAYS: Readonly<Record<string, string>> = {
  sourced: ". ./exports",
  'eval "$(…)"': 'eval "$(cat ./exports)"',
  "eval $(…)": "eval $(cat ./exports)",
};
const FROM_PROCESS: Readonly<Record<string, string>> = { "source <(…)": "source <(cat ./exports)" };
const SHELLS = [
  { shell: "bash", args: ["--norc"], ways: { ...WAYS, ...FROM_PROCESS } },
  { shell: "dash", args: [], ways: WAYS },
  { shell: "zsh", args: ["-f"], ways: { ...WAYS, ...FROM_PROCESS } },
];

/** Every character by itself, what shells do something with, white space of all kinds in all places, and what chance brings. */
const CORPUS: readonly string[] = [
  ...Array.from({ length: 127 }, (_, code) => String.fromCharCode(code + 1)),
  ...[
    "",
    " ",
    "  ",
    " a",
    "a ",
    " a b  c ",
    "\n",
    "\n\n",
    "a\n",
    "a\n\n",
    "\na",
    "a\nb",
    "\t",
    "a\t",
    "\r\n",
    "a\r\nb\r\n",
  ],
  ...[
    "=ls",
    "a:=ls",
    "~",
    "~root",
    "$HOME",
    "$(id)",
    "`id`",
    "$\u007bx}",
    "!!",
    "*",
    "?",
    "[a]",
    "{a,b}",
    "a;b",
    "a&b",
    "#a",
    "%s%n",
  ],
  ...[
    "\\",
    "\\\\",
    "a\\",
    "\\n",
    "'",
    "''",
    "'\"'\"'",
    '"',
    'it\'s "x"',
    "-n",
    "-e\n",
    "--\n",
    "%d\n",
    "\\052\n",
    "<a",
    ">a",
    "|a",
  ],
  ...[
    "héllo 😀",
    "日本語\n",
    "\u00a0",
    "\u2028",
    "\u0085",
    "-----BEGIN-----\nabc+/=\n-----END-----\n",
    '{\n  "a": [1,  2]\n}\n',
  ],
  ...["x".repeat(9000), "a\n".repeat(2000), "export A='b'", "A=b B=c", "\u001b[31m", "a'\nb", "$'a\\nb'\n"],
  ...fc.sample(fc.string({ unit: fc.constantFrom(..." \t\n'\"$\\`*=:a;&|!é%-{}()".split("")), maxLength: 12 }), {
    numRuns: 150,
    seed: 71,
  }),
  ...fc
    .sample(fc.string({ unit: "binary", maxLength: 20 }), { numRuns: 60, seed: 72 })
    .filter((text) => isCarried(text)),
];

/** No NUL, which no variable holds; and nothing that UTF-8 cannot say. */
function isCarried(text: string): boolean {
  return !text.includes("\0") && isWellFormed(text);
}

describe.each(SHELLS)("what decrypt-env prints, in $shell", ({ shell, args, ways }) => {
  const desk = new Desk();
  const there = isThere(shell, ["-c", "true"], "what psc's users do with its output");
  const expected = new Map(CORPUS.map((value, index) => [`V${index}`, value]));

  beforeAll(() => {
    writeFileSync(join(desk.home, "exports"), [...expected].map(([name, value]) => exportLine(name, value)).join(""));
    // A file that a pattern could fit.
    for (const name of ["export", "a", "V1"]) writeFileSync(join(desk.home, name), "");
  });
  afterAll(() => desk.clear());

  it.skipIf(!there).each(Object.entries(ways))("is exactly the secrets, %s", (_, script) => {
    const env = { PATH: process.env.PATH ?? "", HOME: desk.home, LANG: "C.UTF-8" };
    const run = spawnSync(shell, [...args, "-c", `${script}; exec env -0`], {
      cwd: desk.home,
      env,
      maxBuffer: 2 ** 24,
    });
    expect(run.stderr.toString("utf8")).toBe("");
    const found = readNulls(run.stdout);
    const wrong = [...expected].filter(([name, value]) => found.get(name) !== value);
    expect(wrong.map(([name, value]) => [value, found.get(name)])).toEqual([]);
  });
});

describe("what decrypt-env prints for a value without newline, tab and run of blanks", () => {
  it("has psc's own bytes, but for an equals sign that zsh would read", () => {
    for (const value of CORPUS.filter((text) => !/[\n\t]| {2}|(^|:)=/.test(text))) {
      const bare = /^[A-Za-z0-9_@%+=:,./-]+$/.test(value);
      expect(exportLine("A", value)).toBe(`export A=${bare ? value : `'${value.replaceAll("'", `'"'"'`)}'`}\n`);
    }
  });

  it("has no white space but one blank in all other lines", () => {
    for (const value of CORPUS.filter((text) => /[\n\t]| {2}/.test(text))) {
      expect(exportLine("A", value).trimEnd().replace("export ", "").split(/\s/)).toHaveLength(2);
    }
  });
});
