import { describe, test } from "vitest";
import { findPython } from "../python.js";
import { type Consumer, prove } from "./proof.js";
import { runIn } from "./run.js";

const python = findPython({
  tests: "what Python reads of the formats",
  statement: "import dotenv, yaml, tomllib",
  requirement: "python-dotenv==1.2.1 PyYAML==6.0.3",
  folder: "formats-venv",
  variable: "COFFER_TEST_FORMATS_PYTHON",
});

/** A program that makes a dictionary of the file called `file`. */
const reading =
  (program: string): Consumer =>
  async (bytes) => {
    const script = `import json, sys\n${program}\nsys.stdout.write(json.dumps(read))`;
    const output = await runIn({ file: bytes }, python ?? "", ["-c", script]);
    return new Map(Object.entries<string>(JSON.parse(output.toString("utf8"))));
  };

const READERS: readonly (readonly [format: string, reader: string, program: string])[] = [
  ["python-dotenv", "python-dotenv", "import dotenv\nread = dotenv.dotenv_values('file')"],
  [
    "python-dotenv",
    "python-dotenv without interpolation",
    "import dotenv\nread = dotenv.dotenv_values('file', interpolate=False)",
  ],
  ["yaml", "PyYAML", "import yaml\nread = yaml.safe_load(open('file', encoding='utf-8', newline=''))"],
  ["toml", "tomllib", "import tomllib\nread = tomllib.load(open('file', 'rb'))"],
  ["json", "json", "read = json.load(open('file', encoding='utf-8', newline=''))"],
  [
    "csv",
    "csv",
    "import csv\nread = {row['name']: row['value'] for row in csv.DictReader(open('file', encoding='utf-8', newline=''))}",
  ],
  [
    "k8s",
    "PyYAML",
    "import base64, yaml\ndata = yaml.safe_load(open('file', encoding='utf-8'))['data']\nread = {name: base64.b64decode(value, validate=True).decode() for name, value in data.items()}",
  ],
];

describe.skipIf(python === null).each(READERS)("%s", (format, reader, program) => {
  test(`${reader} reads exactly what is not refused`, () => prove(format, reading(program)));
});
