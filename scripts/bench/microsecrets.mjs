// `coffer as microsecrets-with-env` with 50 variables. The original runs on Python 2 alone, so that it stands beside what was recorded of it.
import { CreateAliasCommand } from "@aws-sdk/client-kms";
import { median, renderTable, round } from "./figures.mjs";
import { startOnce } from "./processes.mjs";

const COUNT = 50;
const DELAYS = [0, 20];
const RUNS = 10;
/** In ms, by delay: microsecrets 0.3.4 on Python 2.7.18 with boto3 1.17.112, medians of five on another emulator of the same kind. */
const RECORDED = { 0: "280 to 320", 20: "360" };

/** The figures. */
export async function measureMicrosecrets(cloud, { coffer, folder, key }) {
  await cloud.kms.send(
    new CreateAliasCommand({ AliasName: "alias/microsecrets-bench", TargetKeyId: key.replace(/^.*\//, "") }),
  );
  const env = { ...cloud.env, PATH: process.env.PATH ?? "", HOME: folder };
  const place = ["-b", await cloud.newBucket(), "-s", "bench", "-r", cloud.env.AWS_REGION];
  const start = (tool, args, input) =>
    startOnce(process.execPath, [coffer, "as", tool, ...place, ...args], { env, folder, input });
  const lines = Array.from({ length: COUNT }, (_, index) => `NAME_${index}=a value of ordinary length for ${index}\n`);
  await start("microsecrets-upload", [], lines.join(""));
  const run = () => start("microsecrets-with-env", ["-a", "--", "true"]);
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
export function renderMicrosecrets(measured) {
  const rows = measured.map(({ count, delay, medianMs, minimumMs, requests }) => [
    `${count} variables, ${delay} ms a request`,
    ...[medianMs, minimumMs, RECORDED[delay] ?? ""],
    requests.join(", "),
  ]);
  return [
    "\ncoffer as microsecrets-with-env -a -- true (ms; recorded: microsecrets itself, elsewhere)",
    renderTable(["", "median", "minimum", "recorded", "requests"], rows),
  ].join("\n");
}
