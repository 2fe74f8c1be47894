// Whole processes, one after the other, as a shell would start them.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, readlinkSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { hrtime } from "node:process";
import { fileURLToPath } from "node:url";
import { round } from "./figures.mjs";

const RESOURCES = fileURLToPath(new URL("resources.cjs", import.meta.url));
const RESOURCE_RUNS = 5;

/**
 * Times programs in turns, so that whatever else the machine does meets all of them alike: as many rounds as were asked for, or
 * as fit into `budgetMs`. A program is { args, env, cwd, every, node }: `args` are Node's, and a slow one takes part in one round
 * of `every` only. Gives { ms: [], cpuMs: [], peakMb: [] } for each.
 */
export function timeInTurns(programs, { rounds, budgetMs, folder }) {
  const figures = programs.map(() => ({ ms: [], cpuMs: [], peakMb: [] }));
  for (const program of programs) start(program);
  const deadline = hrtime.bigint() + BigInt(budgetMs) * 1_000_000n;
  for (let round = 0; round < rounds && hrtime.bigint() < deadline; round++) {
    programs.forEach((program, index) => {
      if (round % (program.every ?? 1) !== 0) return;
      const begun = hrtime.bigint();
      start(program);
      figures[index].ms.push(Number(hrtime.bigint() - begun) / 1e6);
    });
  }
  // Apart from the timed runs, which the hook would lengthen.
  const file = join(folder, "resources.json");
  for (let run = 0; run < RESOURCE_RUNS; run++) {
    programs.forEach((program, index) => {
      if (run % (program.every ?? 1) !== 0) return;
      const env = { ...program.env, BENCH_RESOURCES: file };
      start({ ...program, args: ["--require", RESOURCES, ...program.args], env });
      const { cpuMs, peakMb } = JSON.parse(readFileSync(file, "utf8"));
      figures[index].cpuMs.push(cpuMs);
      figures[index].peakMb.push(peakMb);
    });
  }
  return figures;
}

function start({ args, env, cwd, node = process.execPath }) {
  const { status, error } = spawnSync(node, args, { env, cwd, stdio: "ignore" });
  if (status !== 0) throw new Error(`node ${args.join(" ")}: ${error?.message ?? `exit ${status}`}`);
}

/**
 * Starts a program while this process goes on, which may be what it asks: { ms, and with `peak` peakMb }. Its stdout is read and thrown away.
 */
export async function startOnce(program, args, { env, cwd, input, peak = false, folder }) {
  const file = peak ? join(folder, "resources.json") : null;
  const hook = peak ? ["--require", RESOURCES] : [];
  const begun = hrtime.bigint();
  const child = spawn(program, [...hook, ...args], {
    env: { ...env, ...(peak ? { BENCH_RESOURCES: file } : {}) },
    cwd,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  child.stdin?.end(input);
  child.stdout.resume();
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const status = await new Promise((resolve) => child.once("close", resolve));
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: exit ${status}\n${said}`);
  const ms = Number(hrtime.bigint() - begun) / 1e6;
  return peak ? { ms, peakMb: round(JSON.parse(readFileSync(file, "utf8")).peakMb) } : { ms };
}

/** Runs Node and gives its stdout. Throws with its stderr when it fails. */
export function run(args, { env, cwd, input } = {}) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, { env, cwd, input, encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")}: ${error?.message ?? `exit ${status}\n${stderr}`}`);
  return stdout;
}

/**
 * What a process holds while the program that it started waits: { peakMb, nowMb }. The program must be one that says `ready` and
 * then waits for the end of stdin. Both are 0 where the program has taken the process's place: nobody waits. Null where there is no /proc.
 */
export async function measureWaiting({ args, env, cwd, node = process.execPath }) {
  if (process.platform !== "linux") return null;
  const child = spawn(node, args, { env, cwd, stdio: ["pipe", "pipe", "inherit"] });
  const closed = new Promise((resolve) => child.once("close", resolve));
  const ready = new Promise((resolve) => child.stdout.once("data", resolve));
  await Promise.race([ready, closed]);
  if (child.exitCode !== null) throw new Error(`node ${args.join(" ")} did not wait: exit ${child.exitCode}`);
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const isReplaced = readlinkSync(`/proc/${child.pid}/exe`) !== realpathSync(node);
  child.stdin.end();
  await closed;
  const megabytes = (field) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
  return isReplaced ? { peakMb: 0, nowMb: 0 } : { peakMb: megabytes("VmHWM"), nowMb: megabytes("VmRSS") };
}
