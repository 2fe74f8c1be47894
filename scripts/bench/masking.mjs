// The filter of `exec --mask` by itself: how many MB of a program's output it looks through in a second of the CPU. It is bundled as it is, since nothing exports it.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "tsdown";
import { median, round } from "./figures.mjs";

const [VALUES, CHUNK, ROUNDS, MS] = [100, 65_536, 5, 300];
const ENTRY = {
  forms: "src/env/masked-forms.ts",
  filter: "src/run/masking/mask-filter.ts",
  value: "src/core/sensitive.ts",
};

/** { patterns, compileMs, output: [{ what, mbPerSecond }] } */
export async function measureMasking(root) {
  // Beside the dependencies, so that what is bundled still finds them.
  const folder = mkdtempSync(join(root, "node_modules/coffer-bench-"));
  try {
    const bundle = { config: false, cwd: root, entry: ENTRY, outDir: folder, format: "esm", platform: "node" };
    await build({ ...bundle, dts: false, clean: false, report: false, logLevel: "warn" });
    const load = (name) => import(pathToFileURL(join(folder, `${name}.mjs`)).href);
    return measure(await load("forms"), await load("filter"), await load("value"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure({ maskedForms }, { compilePatterns, MaskFilter }, { Sensitive }) {
  const entries = secrets().map((text, index) => ({ name: `NAME_${index}`, value: Sensitive.fromText(text) }));
  const begun = performance.now();
  const forms = maskedForms(entries, { short: false });
  const patterns = compilePatterns(forms);
  const compileMs = round(performance.now() - begun);
  const output = Object.entries(outputs()).map(([what, bytes]) => {
    const rates = Array.from({ length: ROUNDS }, () => rateOf(new MaskFilter(patterns), bytes));
    return { what, mbPerSecond: Math.round(median(rates)) };
  });
  return { patterns: forms.length, compileMs, output };
}

function rateOf(filter, bytes) {
  // Of the CPU, not of the wall: others may be at work on this machine.
  const [begun, used] = [performance.now(), process.cpuUsage()];
  let done = 0;
  while (performance.now() - begun < MS) {
    for (let at = 0; at < bytes.length; at += CHUNK) filter.push(bytes.subarray(at, at + CHUNK));
    done += bytes.length;
  }
  const { user, system } = process.cpuUsage(used);
  return done / (user + system);
}

/** Of the kinds that there are: tokens, keys in hexadecimal digits, URLs. */
function secrets() {
  return Array.from({ length: VALUES }, (_, index) => {
    const random = bytesOf(`secret ${index}`, 32);
    if (index % 3 === 0) return random.toString("base64");
    return index % 3 === 1
      ? random.toString("hex")
      : `postgres://app:${random.toString("hex", 0, 12)}@db.example.com/app${index}`;
  });
}

function outputs() {
  const lines = (line) => Buffer.from(Array.from({ length: 10_000 }, (_, index) => line(index)).join(""));
  const values = secrets();
  return {
    "lines of a log": lines(
      (n) =>
        `2026-11-22T03:56:09.${n}Z INFO [http] GET /api/v1/users/${n * 7919} 200 ${n % 90}ms "Mozilla/5.0 (X11; Linux x86_64)"\n`,
    ),
    Base64: Buffer.from(bytesOf("base64", 1_000_000).toString("base64")),
    "random bytes": bytesOf("bytes", 1_000_000),
    "a log with a secret in every tenth line": lines(
      (n) =>
        `${n} connecting${n % 10 === 0 ? ` to ${values[n % VALUES]}` : ", and so on, as it does in all the other lines"}\n`,
    ),
  };
}

/** The same in each run, by Marsaglia's xorshift (doi:10.18637/jss.v008.i14): what looks random enough for a filter of bytes. */
function bytesOf(seed, length) {
  let state = Array.from(seed, (character) => character.charCodeAt(0)).reduce((sum, code) => (sum * 31 + code) | 0, 1);
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state & 0xff;
  }
  return bytes;
}
