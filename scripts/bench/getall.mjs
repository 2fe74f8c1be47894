// `getall` of an older tool beside the original, on the same secrets of the same emulator, in turns.
import { median, renderTable, round } from "./figures.mjs";

export const DELAYS = [0, 20];
/** How many secrets, and how often each is measured: the originals take up to a minute for the many. */
export const COUNTS = [
  [100, 5],
  [1_000, 1],
];

/** Runs the same arguments with each of the tools, ours first; with so much delay, in ms, for each request. */
export async function inTurns(cloud, tools, { count, delay, runs, args }) {
  cloud.proxy.plan(() => (delay === 0 ? undefined : { kind: "delay", ms: delay }));
  const names = Object.keys(tools);
  const figures = Object.fromEntries(names.map((name) => [name, { ms: [], requests: {} }]));
  for (let turn = 0; turn < runs; turn++) {
    for (const name of names) {
      cloud.proxy.forget();
      figures[name].ms.push((await tools[name](...args)).ms);
      figures[name].requests = countRequests(cloud);
    }
  }
  cloud.proxy.plan();
  return names.map((name) => ({
    tool: name,
    count,
    delay,
    medianMs: round(median(figures[name].ms)),
    minimumMs: round(Math.min(...figures[name].ms)),
    requests: figures[name].requests,
  }));
}

function countRequests({ proxy }) {
  const requests = {};
  for (const { action } of proxy.requests) requests[action] = (requests[action] ?? 0) + 1;
  return requests;
}

/** What was measured, as text; every second figure is the original's. */
export function renderGetall(tool, measured, target) {
  if (measured === null) return `\nnothing about ${tool}, which is not here`;
  const rows = measured.map(({ tool: name, count, delay, medianMs, minimumMs, requests }, index) => {
    const ours = index % 2 === 1 ? measured[index - 1] : null;
    const ratio = ours === null ? "" : round(medianMs / ours.medianMs, 2);
    const isTarget = ours !== null && count === 100 && delay === 20;
    const verdict = isTarget ? ` (target ≥ ${target}${ratio >= target ? "" : ": missed"})` : "";
    const asked = Object.entries(requests).map(([action, times]) => `${times} ${action}`);
    return [`${name}, ${count} secrets, ${delay} ms`, medianMs, minimumMs, ratio, `${asked.join(", ")}${verdict}`];
  });
  return [
    `\ngetall, beside ${tool} (ms; × of coffer)`,
    renderTable(["", "median", "minimum", "×", "requests"], rows),
  ].join("\n");
}
