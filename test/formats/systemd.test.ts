import { existsSync } from "node:fs";
import { describe, test } from "vitest";
import { type Consumer, prove } from "./proof.js";
import { runIn } from "./run.js";

// It reads `environment.d` with the parser of `EnvironmentFile=`, expands what it has read, and prints it as C strings where needed.
const GENERATOR = "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator";
const there = existsSync(GENERATOR);
if (!there) process.stderr.write(`\n*** SKIPPED: the format systemd, read by systemd: no ${GENERATOR} ***\n\n`);

const SCRIPT = 'mkdir environment.d && cp file environment.d/a.conf && XDG_CONFIG_HOME="$PWD" "$1"';
const LETTERS: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  s: " ",
};

const consume: Consumer = async (bytes, names) => {
  // Two things that `EnvironmentFile=` does not do: it expands `$`, and drops what is empty.
  const text = Buffer.from(bytes).toString("utf8").replaceAll("\\$", "\\$\\$");
  const output = await runIn({ file: text }, "sh", ["-c", SCRIPT, "sh", GENERATOR]);
  const read = output.toString("utf8").split("\n").map(readLine);
  return new Map([...names.map((name): [string, string] => [name, ""]), ...read]);
};

function readLine(line: string): [string, string] {
  const [name, value] = [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)];
  const inner = /^"(.*)"$/s.exec(value)?.[1];
  if (inner === undefined) return [name, value];
  return [name, inner.replace(/\\([0-7]{3}|x[0-9a-f]{2}|.)/g, (_, escaped: string) => readEscaped(escaped))];
}

function readEscaped(escaped: string): string {
  if (/^[0-7]{3}$/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8));
  return LETTERS[escaped] ?? escaped;
}

describe.skipIf(!there)("systemd", () => {
  test("systemd's parser of environment files reads exactly what is not refused", () => prove("systemd", consume));
});
