import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findPython, READER } from "./python.js";

const SCRIPT = fileURLToPath(new URL("reader/check_vectors.py", import.meta.url));
const VECTORS = fileURLToPath(new URL("vectors/v1", import.meta.url));

const python = findPython(READER);

test.skipIf(python === null)(
  "the second reader, written from the document alone, answers every vector as expected",
  () => {
    const { status, stdout, stderr } = spawnSync(python ?? "", [SCRIPT, "--quiet", VECTORS], {
      encoding: "utf8",
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    });
    const files = readdirSync(VECTORS).filter((file) => file.endsWith(".json"));
    expect(`${stdout}${stderr}`.trim()).toBe(`${files.length} vectors, 0 failed`);
    expect(status).toBe(0);
  },
);
