// `coffer as psc decrypt-env` with 50 references. psc is in no registry, so that it stands beside what was recorded of it.
import { median, renderTable, round } from "./figures.mjs";
import { startOnce } from "./processes.mjs";

const COUNT = 50;
const DELAYS = [0, 20];
const RUNS = 10;
/** In ms, by delay: psc 0.5.0 on Python 3.11 with boto3 1.43.11, medians of five on another emulator of the same kind; five requests, one after the other. */
const RECORDED = { 0: "309 to 348", 20: "920" };

/** The figures. */
export async function measurePsc(cloud, { coffer, folder }) {
  const base = { ...cloud.env, PATH: process.env.PATH ?? "", HOME: folder };
  const numbers = Array.from({ length: COUNT }, (_, index) => index);
  const lines = numbers.map((index) => `bench.VAR_${index}=a value of ordinary length for ${index}\n`);
  const put = [coffer, "-s", "ssm:", "import", "/", "-", "--from", "properties"];
  await startOnce(process.execPath, put, { env: base, folder, input: lines.join("") });
  const env = { ...base, ...Object.fromEntries(numbers.map((index) => [`VAR_${index}`, `SECRET bench.VAR_${index}`])) };
  const run = () => startOnce(process.execPath, [coffer, "as", "psc", "decrypt-env"], { env, folder });
  const measured = [];
  for (const delay of DELAYS) {
    cloud.proxy.plan(() => (delay === 0 ? undefined : { kind: "delay", ms: delay }));
    await run();
    cloud.proxy.forget();
    await run();
    const requests = cloud.proxy.requests.map(({ action }) => action);
    const ms = [];
    for (let index = 0; index < RUNS; index++) ms.push((await run()).ms);
    measured.push({ count: COUNT, delay, medianMs: round(median(ms)), minimumMs: round(Math.min(...ms)), requests });
  }
  cloud.proxy.plan();
  return measured;
}

/** What was measured, as text. */
export function renderPsc(measured) {
  const rows = measured.map(({ count, delay, medianMs, minimumMs, requests }) => [
    `${count} references, ${delay} ms a request`,
    ...[medianMs, minimumMs, RECORDED[delay] ?? ""],
    `${requests.length} ${[...new Set(requests)].join(", ")}, at the same time`,
  ]);
  return [
    "\ncoffer as psc decrypt-env (ms; recorded: psc itself, elsewhere)",
    renderTable(["", "median", "minimum", "recorded", "requests"], rows),
  ].join("\n");
}
