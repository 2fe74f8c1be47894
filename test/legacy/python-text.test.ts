import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeCsv } from "../../src/legacy/python-text/csv.js";
import { dumpJson } from "../../src/legacy/python-text/json.js";
import { dumpYaml } from "../../src/legacy/python-text/yaml.js";
import { decodeBase64Loosely } from "../../src/legacy/sealed-item.js";
import { findPython } from "../python.js";

const python = findPython({
  tests: "what older tools print, against Python itself",
  statement: "import yaml; assert yaml.__version__ == '6.0.3'",
  requirement: "PyYAML==6.0.3",
  folder: "pyyaml-venv",
  variable: "COFFER_TEST_YAML_PYTHON",
});

const PROGRAM = `
import base64, csv, io, json, sys, yaml
def table(pairs, end):
  out = io.StringIO(newline="")
  csv.writer(out, lineterminator=end).writerows(pairs)
  return out.getvalue()
def b64(text):
  try: return base64.b64decode(text).hex()
  except Exception: return None
for line in sys.stdin:
  pairs = json.loads(line)
  data = dict(pairs)
  print(json.dumps([
    json.dumps(data), json.dumps(data, sort_keys=True, indent=4, separators=(",", ": ")),
    table(data.items(), "\\r\\n"), yaml.dump(data, default_flow_style=False), [b64(value) for value in data.values()]]))
`;

/** What moves PyYAML to write a text in one way or another. */
const PIECES = [
  ..."abz019 \n\r\t'\"\\:#-?,[]{}&*!|>%@`~=<._+/\0\u0085\u00a0\u2028\u2029é€\u{1f600}\u{10ffff}\ufeff\u007f",
  " ",
  " ",
  "  ",
  ": ",
  " #",
  "---",
  "...",
  "yes",
  "null",
  "0x1f",
  "1_000",
  "1.5e+3",
  "12:30:45",
  "2001-12-14",
  "2001-12-14t21:59:43.10-05:00",
  ".inf",
  "word",
  "a longer piece of text",
  "0123456789".repeat(8),
];

const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join("")),
  fc.array(fc.constantFrom(...PIECES), { minLength: 10, maxLength: 60 }).map((pieces) => pieces.join("")),
  fc.string({ unit: fc.constantFrom(..."ab ", "é"), minLength: 60, maxLength: 400 }),
);
const mapping = fc.uniqueArray(fc.tuple(text, text), { maxLength: 4, selector: ([name]) => name });

describe.skipIf(python === null)("what older tools print", () => {
  it("is what Python's json, csv, base64 and PyYAML write, byte for byte", () => {
    const samples = fc.sample(mapping, 1_500);
    const { stdout, status, stderr } = spawnSync(python ?? "", ["-c", PROGRAM], {
      input: samples.map((pairs) => `${JSON.stringify(pairs)}\n`).join(""),
      maxBuffer: 1 << 28,
      encoding: "utf8",
      env: { ...process.env, PYTHONIOENCODING: "utf8" },
    });
    expect(status, stderr).toBe(0);
    const theirs: unknown[] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    for (const [index, pairs] of samples.entries()) {
      const bytes = pairs.map(([, value]) => decodeBase64Loosely(value));
      const ours = [
        dumpJson(pairs),
        dumpJson(pairs, { indent: 4, sorted: true }),
        writeCsv(pairs, "\r\n"),
        dumpYaml(pairs),
        bytes.map((each) => (each === null ? null : Buffer.from(each).toString("hex"))),
      ];
      expect(ours, JSON.stringify(pairs)).toEqual(theirs[index]);
    }
  });
});
