import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FORMATS, requireFormat } from "../../src/env/formats/table.js";
import { isCofferError } from "../../src/errors.js";
import { CORPUS, entry, randomValues } from "./corpus.js";
import { carries, encode, textOf } from "./proof.js";

const READABLE = FORMATS.filter(({ reads }) => reads);

async function parse(name: string, bytes: Uint8Array | string): Promise<[string, string][]> {
  const format = await requireFormat(name).load();
  const entries = await format.parse?.(typeof bytes === "string" ? Buffer.from(bytes) : bytes, "f");
  return (entries ?? []).map((one) => [one.name, textOf(one)]);
}

async function faultOf(name: string, text: string): Promise<string> {
  try {
    await parse(name, text);
  } catch (error) {
    if (isCofferError(error, "INVALID")) return `${error.message}${error.hint === undefined ? "" : ` (${error.hint})`}`;
    throw error;
  }
  return "nothing wrong";
}

describe("the table of formats", () => {
  it("says rightly which formats can be read", async () => {
    for (const { reads, load } of FORMATS) expect((await load()).parse !== undefined).toBe(reads);
  });
});

describe.each(READABLE)("$name", ({ name, load }) => {
  it("reads back exactly what it writes", async () => {
    const format = await load();
    const texts = [...Object.values(CORPUS), ...randomValues(400)].filter((text) => carries(format, text));
    const entries = texts.map((text, index) => entry(`V${index}`, text));
    const read = new Map(await parse(name, encode(format, entries)));
    expect(entries.filter((one) => read.get(one.name) !== textOf(one)).map(textOf)).toEqual([]);
    expect(read.size).toBe(entries.length);
  });

  it("refuses any text that it does not take by INVALID, and says nothing of what stands in it", async () => {
    const words = fc.constantFrom(
      "A",
      "=",
      ":",
      "hunter2",
      '"',
      "'",
      "\\",
      "\n",
      " ",
      "{",
      "}",
      "[",
      "]",
      "#",
      "name,value\n",
      "kind: Secret\n",
      "data:\n",
      "&a",
      "*a",
      "!!x",
      "$",
      "\0",
      "\r",
    );
    const text = fc.array(words, { maxLength: 12 }).map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(text, async (document) => {
        const fault = await faultOf(name, document);
        // A name is no secret, but this text never is one alone.
        if (fault !== "nothing wrong" && !/"[^"]*hunter2[^"]*" is given twice|of "[^"]*hunter2/.test(fault))
          expect(fault).not.toContain("hunter2");
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});

describe("what others have written", () => {
  it.each([
    [
      "yaml",
      "a: 012345\nb: no\nc: |\n  x\n  y\n'd': 2020-01-01 # why\n",
      { a: "012345", b: "no", c: "x\ny\n", d: "2020-01-01" },
    ],
    ["toml", '# why\na = \'x\'\n"b.c" = """\ny\n"""\n', { a: "x", "b.c": "y\n" }],
    ["csv", 'comment,value,name\nold,1,A\n,"2,\n3",B\n', { A: "1", B: "2,\n3" }],
    ["ini", "; why\nA = 1 ; 2\nB='x;y'\nC=\"a\\nb\"\n", { A: "1", B: "x;y", C: "a\nb" }],
    ["properties", "! why\na: x\\\n   y\nb=\\u00fc\nc\nd e\n", { a: "xy", b: "ü", c: "", d: "e" }],
    ["sh", "# why\nA=1\nexport B=\"x y\" # z\nC='a'\\''b'\"c\"\n", { A: "1", B: "x y", C: "a'bc" }],
    ["docker", '# why\n\nA=1 \nB="2"\r\n', { A: "1 ", B: '"2"' }],
    ["systemd", '# why\n; and\nA=1\nB=\'x y\'\nC="a\\"\\n"\n', { A: "1", B: "x y", C: 'a"\\n' }],
    ["tfvars", '// why\na = "x$${y}" # z\nb="\\u00fc"\n', { a: "x$\u007by}", b: "ü" }],
    ["python-dotenv", "export A = 'it\\'s' # why\nB=x # y\n'C'=\"\\n\"\n", { A: "it's", B: "x", C: "\n" }],
    ["ruby-dotenv", '# why\nA=x # y\nB="a\\$b"\n', { A: "x", B: "a$b" }],
    ["xargs-0", "A=1\0B=x\ny\0", { A: "1", B: "x\ny" }],
    ["k8s", "kind: Secret\ndata: {A: eA==}\nstringData: {B: y}\n", { A: "x", B: "y" }],
  ])("%s is read", async (name, text, values) => {
    expect(Object.fromEntries(await parse(name, text))).toEqual(values);
  });
});

describe("what is wrong", () => {
  it.each([
    ["yaml", "a: x\na: hunter2\n", "f:2:1: a name is given twice"],
    ["yaml", "a: x\n b: hunter2\n  c\n", /^f:\d+:\d+: not YAML \([A-Z_]+\)$/],
    ["yaml", "a: [hunter2]\n", 'f:1:4: the value of "a" is not a text'],
    ["yaml", "a: !!binary aHVudGVyMg==\n", 'f:1:13: the value of "a" is not a text'],
    ["yaml", "hunter2\n", "f:1:1: not a mapping of names to values"],
    ["yaml", "a: 1\n---\nb: hunter2\n", /^f:\d+:\d+: not YAML/],
    ["toml", 'a = "x"\nb = hunter2\n', /^f:2:\d+: not TOML$/],
    ["toml", "a = 5\n", 'f: the value of "a" is not a string'],
    ["csv", "a,b\nA,hunter2\n", "f:1:1: the first line does not name the columns name and value"],
    ["csv", 'name,value\nA,"hunter2\n', "f:2:3: a quote that is never closed"],
    ["csv", 'name,value\nA,"x"hunter2\n', "f:2:6: expected `,` or the end of the line"],
    ["csv", "name,value\nA,x,hunter2\n", "f:2:1: not as many fields as the first line has"],
    ["csv", "name,value\nA,x\nA,hunter2\n", 'f:3:1: "A" is given twice, first on line 2'],
    ["ini", "A=1\n[hunter2]\n", "f:2:1: a section, and secrets of a namespace have none"],
    ["ini", "A=1\nhunter2\n", "f:2:1: not NAME=VALUE"],
    ["ini", 'A="hunter2\n', "f:1:3: a quote that is not closed at the end of the line"],
    ["properties", "a=\\u12hunter2\n", "f:1:1: \\u without four hexadecimal digits"],
    ["sh", "A=$HUNTER2\n", "f:1:3: a value that only the shell could expand"],
    ["sh", "A='hunter2\n", "f:1:3: a quote that is never closed"],
    ["sh", "A=1; hunter2\n", "f:1:4: something behind the value"],
    ["docker", "hunter2\n", "f:1:1: not NAME=VALUE"],
    ["systemd", 'A="x"hunter2\n', "f:1:6: a value that is partly quoted, or holds a backslash outside of quotes"],
    ["tfvars", 'a = "$\u007bhunter2}"\n', "f:1:6: an unknown escape, or a template"],
    ["tfvars", "a = hunter2\n", "f:1:5: a value that is not a text in double quotes"],
    ["python-dotenv", "A=$\u007bHUNTER2}\n", "f:1:3: a value with ${, which is not replaced here"],
    ["ruby-dotenv", "A=$HUNTER2\n", "f:1:3: a value with $, which is not expanded here"],
    ["xargs-0", "A=1\0hunter2\0", "f: item 2: not NAME=VALUE"],
    ["k8s", "kind: ConfigMap\ndata: {A: hunter2}\n", "f:1:7: its kind is not Secret"],
    ["k8s", "kind: Secret\ndata: {A: hunter2!}\n", 'f:2:11: the value of "A" is not Base64'],
  ] as const)("%s: %j", async (name, text, message) => {
    const fault = await faultOf(name, text);
    if (typeof message === "string") expect(fault).toBe(message);
    else expect(fault).toMatch(message);
  });
});
