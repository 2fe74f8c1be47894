// What was measured on AWS, as text.
import { renderCreds3 } from "./creds3.mjs";
import { renderCredstashGetall } from "./credstash-getall.mjs";
import { renderTable, round } from "./figures.mjs";
import { renderMicrosecrets } from "./microsecrets.mjs";
import { renderPsc } from "./psc.mjs";

const TARGETS = { get: 2, requests: 202 };

export function renderAws({ cold, exec, importing, whole, credstash, creds3, credstashGetall, microsecrets, psc }) {
  const within = (value, target) => `target ≤ ${target}${value <= target ? "" : ": missed"}`;
  const processes = cold.map((c) => [
    c.command,
    ...[c.medianMs, c.minimumMs, c.ratio, c.ratioOfMinima],
    c.command === "coffer get, answered at once" ? within(c.ratio, TARGETS.get) : "",
  ]);
  const runs = exec.map((e) => [`${e.count} secrets, ${e.delay} ms`, e.medianMs, e.minimumMs, list(e.requests)]);
  const others = (credstash ?? []).map((c) => [c.command, c.medianMs, c.minimumMs, list(c.requests)]);
  const { tenth, all } = whole;
  const total = sum(all.requests);
  return [
    "\nOn an emulator of S3 and KMS (ms; × of node -e 0)",
    renderTable(["", "median", "minimum", "×", "× of minima", ""], processes),
    "\ncoffer exec -- true, by secrets and delay of each request (ms)",
    renderTable(["", "median", "minimum", "requests"], [...runs, ...others]),
    `\nimport of 1,000 secrets: one commit, ${round(importing.ms)} ms, ${list(importing.requests)}`,
    `export -R of 10,000 secrets in 100 namespaces: ${total} requests (${within(total, TARGETS.requests)}), ${round(all.ms)} ms, peak ${all.peakMb} MB`,
    `export -R of 1,000 secrets in 10 namespaces: ${sum(tenth.requests)} requests, ${round(tenth.ms)} ms, peak ${tenth.peakMb} MB`,
    renderMicrosecrets(microsecrets),
    renderPsc(psc),
    renderCreds3(creds3),
    renderCredstashGetall(credstashGetall),
  ].join("\n");
}

function list(requests) {
  return Object.entries(requests)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
}

function sum(requests) {
  return Object.values(requests).reduce((total, count) => total + count, 0);
}
