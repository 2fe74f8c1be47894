import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parsePythonInt } from "../../src/legacy/python-text/python-int.js";
import { findPython } from "../python.js";

const python = findPython({
  tests: "whole numbers, against Python's own",
  statement: "import json",
  requirement: "",
  folder: "reader-venv",
  variable: "COFFER_TEST_PYTHON",
});

it.skipIf(python === null)("agrees with Python on whatever is made of digits, signs and blanks", () => {
  const piece = fc.constantFrom(..."0129_+- \t\u00a0\u0660\u0669\u{1d7d8}².x\u001f\u0085\u200b");
  const texts = fc.sample(
    fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join("")),
    2_000,
  );
  const program =
    "import json, sys\ndef value(text):\n  try: return str(int(text))\n  except ValueError: return None\nprint(json.dumps([value(text) for text in json.load(sys.stdin)]))";
  const { stdout } = spawnSync(python ?? "", ["-c", program], { input: JSON.stringify(texts), encoding: "utf8" });
  expect(texts.map((text) => parsePythonInt(text)?.toString() ?? null)).toEqual(JSON.parse(stdout));
});
