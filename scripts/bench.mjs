// `npm run bench`: what Coffer costs, beside `node -e 0` and dotenvx. Figures, never a failure: docs/BENCHMARKS.md says how to read them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measureAws } from "./bench/aws.mjs";
import { VERSION as DOTENVX, prepareDotenvx } from "./bench/dotenvx.mjs";
import { median, renderTable, round } from "./bench/figures.mjs";
import { measureMasking } from "./bench/masking.mjs";
import { measureWaiting, run, timeInTurns } from "./bench/processes.mjs";
import { renderAws } from "./bench/render-aws.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const COFFER = join(ROOT, "dist/cli/coffer.cjs");
const INDEX = join(ROOT, "dist/index.js");
const LIBRARY = fileURLToPath(new URL("bench/library.mjs", import.meta.url));

const TARGETS = { get: 1.5, exec: 1.7, warmMs: 25, coldMs: 45, parentMb: 55, maskMbPerSecond: 200 };
const [FEW, MANY, COLD_RUNS, WAITING_RUNS] = [100, 1000, 7, 5];
const TURNS = { rounds: 30, budgetMs: 40_000 };
const CERTIFICATES = [process.env.NODE_EXTRA_CA_CERTS, "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem"];

build();
const folder = mkdtempSync(join(tmpdir(), "coffer-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const load = { before: round(loadavg()[0]) };
const scene = setScene();
const result = {
  machine: { platform: process.platform, arch: process.arch, cores: cpus().length, node: process.versions.node, load },
  commands: measureCommands(scene),
  commandsWithCertificates: measureWithCertificates(scene),
  library: measureLibrary(scene),
  waiting: await measureWaitingParents(scene),
  masking: await measureMasking(ROOT),
  aws: await measureAws({ root: ROOT, coffer: COFFER, folder }),
  targets: TARGETS,
};
load.after = round(loadavg()[0]);
console.log(process.argv.includes("--json") ? JSON.stringify(result, null, 2) : render(result));

/** A store with a namespace of 100 secrets and one of 1,000, and the same 100 values for dotenvx. */
function setScene() {
  // Nothing of NODE_OPTIONS or NODE_EXTRA_CA_CERTS: they lengthen every start of Node, and so flatter every ratio.
  const env = { PATH: process.env.PATH ?? "", HOME: folder, USERPROFILE: folder };
  const store = { url: `folder:${join(folder, "store")}`, key: `key-file:${join(folder, "master.key")}` };
  const surroundings = { cwd: folder, env: { ...env, COFFER_STORE: store.url, COFFER_KEY: store.key } };
  const values = Array.from({ length: FEW }, (_, index) => [
    `NAME_${index}`,
    `a value of ordinary length for ${index}`,
  ]);
  const dotenv = values.map(([name, value]) => `${name}="${value}"\n`).join("");
  run([COFFER, "init"], surroundings);
  run([COFFER, "import", "few/", "-"], { ...surroundings, input: dotenv });
  library(store, "fill", "many", MANY);
  library(store, "fill", "puts", FEW);
  assertSame(run([COFFER, "get", "few/NAME_50"], surroundings), values[50][1]);
  const dotenvx = prepareDotenvx(join(folder, "dotenvx"), { dotenv, env });
  if (dotenvx === null) console.error(`bench: NO COMPARISON: dotenvx ${DOTENVX} could not be installed (no registry?)`);
  else assertSame(run([dotenvx.script, "get", "NAME_50"], dotenvx).trim(), values[50][1]);
  return { store, surroundings, dotenvx };
}

function measureCommands({ surroundings, dotenvx }) {
  const node = (...args) => ({ ...surroundings, args });
  const other = (...args) => ({ cwd: dotenvx.cwd, env: dotenvx.env, args: [dotenvx.script, ...args], every: 10 });
  const programs = [
    ["node -e 0", node("-e", "0"), null],
    ["coffer get", node(COFFER, "get", "few/NAME_50"), TARGETS.get],
    ["coffer exec -- true", node(COFFER, "exec", "few/", "--", "true"), TARGETS.exec],
    ["coffer --version", node(COFFER, "--version"), null],
  ];
  if (dotenvx !== null) {
    programs.push([`dotenvx get (${DOTENVX})`, other("get", "NAME_50"), null]);
    programs.push(["dotenvx run -- true", other("run", "--", "true"), null]);
  }
  const figures = timeInTurns(
    programs.map(([, program]) => program),
    { ...TURNS, folder },
  );
  return compare(programs, figures);
}

/** The same in an environment of many companies, where every start of Node takes longer. Null where there are no certificates to name. */
function measureWithCertificates({ surroundings }) {
  const file = CERTIFICATES.find((path) => path && existsSync(path));
  if (file === undefined) return null;
  const env = { ...surroundings.env, NODE_EXTRA_CA_CERTS: file };
  const node = (...args) => ({ ...surroundings, env, args });
  const programs = [
    ["node -e 0", node("-e", "0"), null],
    ["coffer get", node(COFFER, "get", "few/NAME_50"), TARGETS.get],
    ["coffer exec -- true", node(COFFER, "exec", "few/", "--", "true"), TARGETS.exec],
  ];
  const figures = timeInTurns(
    programs.map(([, program]) => program),
    { ...TURNS, folder },
  );
  return compare(programs, figures);
}

function compare(programs, figures) {
  const [base] = figures;
  return figures.map(({ ms, cpuMs, peakMb }, index) => ({
    command: programs[index][0],
    runs: ms.length,
    medianMs: round(median(ms)),
    minimumMs: round(Math.min(...ms)),
    overNodeMs: round(median(ms) - median(base.ms)),
    ratio: round(median(ms) / median(base.ms), 2),
    ratioOfMinima: round(Math.min(...ms) / Math.min(...base.ms), 2),
    cpuMs: round(median(cpuMs)),
    peakMb: round(median(peakMb)),
    target: programs[index][2],
  }));
}

function measureLibrary({ store }) {
  const opened = Array.from({ length: COLD_RUNS }, () => library(store, "open", "many", MANY));
  const colds = opened.map(({ cold }) => cold);
  const warms = opened.map(({ warm }) => median(warm));
  return {
    loadMs: round(median(opened.map(({ loaded }) => loaded))),
    cold: { medianMs: round(median(colds)), minimumMs: round(Math.min(...colds)) },
    warm: { medianMs: round(median(warms)), minimumMs: round(Math.min(...warms)) },
    putsPerSecond: Math.round(library(store, "put", "puts", FEW).perSecond),
  };
}

async function measureWaitingParents({ surroundings }) {
  const child = ["sh", "-c", "echo ready; exec cat"];
  const starter = `require("node:child_process").spawn("sh", ${JSON.stringify(child.slice(1))}, { stdio: "inherit" })`;
  const measure = async (args, node) => {
    const runs = [];
    for (let index = 0; index < WAITING_RUNS; index++) runs.push(await measureWaiting({ ...surroundings, args, node }));
    if (runs.includes(null)) return null;
    return { peakMb: round(median(runs.map((r) => r.peakMb))), nowMb: round(median(runs.map((r) => r.nowMb))) };
  };
  const newer = findNodeThatReplaces();
  const exec = (...flags) => [COFFER, "exec", "few/", ...flags, "--", ...child];
  return {
    exec: await measure(exec()),
    execReplace: newer === null ? null : await measure(exec("--replace"), newer),
    bareNode: await measure(["-e", starter]),
  };
}

/** This Node, or the one that COFFER_TEST_NODE names, if it can put a program in its own place. */
function findNodeThatReplaces() {
  const candidates = [process.execPath, process.env.COFFER_TEST_NODE].filter(Boolean);
  const can = (node) => spawnSync(node, ["-p", "typeof process.execve"], { encoding: "utf8" }).stdout === "function\n";
  return candidates.find(can) ?? null;
}

function library({ url, key }, action, namespace, count) {
  return JSON.parse(run([LIBRARY, INDEX, action, url, key, namespace, String(count)]));
}

function render({
  machine,
  commands,
  commandsWithCertificates,
  library: { loadMs, cold, warm, putsPerSecond },
  waiting,
  masking,
  aws,
}) {
  const { platform, arch, cores, node } = machine;
  const within = (value, target, unit) => `target ≤ ${target} ${unit}${value <= target ? "" : ": missed"}`;
  const processes = (measured) =>
    renderTable(
      ["", "median", "minimum", "over node", "×", "× of minima", "CPU ms", "peak MB", ""],
      measured.map((c) => [
        c.command,
        ...[c.medianMs, c.minimumMs, c.overNodeMs, c.ratio, c.ratioOfMinima, c.cpuMs, c.peakMb],
        c.target === null ? "" : within(c.ratio, c.target, "×"),
      ]),
    );
  const inside = [
    ["import coffer", loadMs, null, ""],
    [`open ${MANY} secrets, cold`, cold.medianMs, cold.minimumMs, within(cold.medianMs, TARGETS.coldMs, "ms")],
    [`open ${MANY} secrets, warm`, warm.medianMs, warm.minimumMs, within(warm.medianMs, TARGETS.warmMs, "ms")],
  ];
  const memory = [
    ["coffer exec", waiting.exec, TARGETS.parentMb],
    ["coffer exec --replace", waiting.execReplace, 0],
    ["node, for comparison", waiting.bareNode, null],
  ]
    .filter(([, figures]) => figures !== null)
    .map(([name, { peakMb, nowMb }, target]) => [
      ...[name, peakMb, nowMb],
      target === null ? "" : within(peakMb, target, "MB"),
    ]);
  const filtered = masking.output.map(({ what, mbPerSecond }) => [
    what,
    mbPerSecond,
    `target ≥ ${TARGETS.maskMbPerSecond} MB/s${mbPerSecond >= TARGETS.maskMbPerSecond ? "" : ": missed"}`,
  ]);
  return [
    `Node ${node}, ${platform} ${arch}, ${cores} cores; load ${load.before} before, ${load.after} after`,
    `\nWhole processes, ${FEW} secrets in a folder, ${commands[0].runs} rounds in turns (ms; × of node -e 0)`,
    processes(commands),
    ...(commandsWithCertificates === null
      ? []
      : ["\nThe same with NODE_EXTRA_CA_CERTS in the environment", processes(commandsWithCertificates)]),
    `\nThe library in one process (ms)\n${renderTable(["", "median", "minimum", ""], inside)}`,
    `put, one commit after the other: ${putsPerSecond} per second`,
    `\nThe filter of exec --mask by itself: ${masking.patterns} patterns of 100 values, made in ${masking.compileMs} ms (MB per second of CPU)`,
    renderTable(["", "MB/s", ""], filtered),
    ...(aws === null ? [] : [renderAws(aws)]),
    ...(memory.length === 0 ? [] : [`\nWaiting for the program (MB)\n${renderTable(["", "peak", "now", ""], memory)}`]),
  ].join("\n");
}

function assertSame(actual, expected) {
  if (actual !== expected) throw new Error("a command gave another value than was stored: nothing to measure");
}

/** The build must be that of the sources as they are; chunks that a running command may still load stay. */
function build() {
  const newest = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .map((name) => statSync(join(ROOT, "src", name)).mtimeMs)
    .reduce((a, b) => Math.max(a, b), 0);
  if (existsSync(COFFER) && existsSync(INDEX) && Math.min(statSync(COFFER).mtimeMs, statSync(INDEX).mtimeMs) > newest)
    return;
  console.error("bench: building first …");
  const { status } = spawnSync("npm run --silent build -- --no-clean", { cwd: ROOT, stdio: "inherit", shell: true });
  if (status !== 0) process.exit(1);
}
