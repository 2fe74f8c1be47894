// The same commands on S3 and KMS: requests and time, before an emulator. Figures of ways and of loading, since no network is between.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startCloud } from "../load-cloud.mjs";
import { measureCreds3 } from "./creds3.mjs";
import { installCredstash } from "./credstash.mjs";
import { measureCredstashGetall } from "./credstash-getall.mjs";
import { median, round } from "./figures.mjs";
import { measureMicrosecrets } from "./microsecrets.mjs";
import { startOnce } from "./processes.mjs";
import { measurePsc } from "./psc.mjs";
import { startReplay } from "./replay.mjs";

const COUNTS = [1, 100, 1_000];
const DELAYS = [0, 20];
const RUNS = 10;
// In all 10,000.
const [NAMESPACES, IN_EACH] = [100, 100];
/** What a variable that changes nothing leaves to the whole SDK: see src/aws/direct/way.ts. */
const BY_SDK = { AWS_RETRY_MODE: "standard" };

/** The figures, or null where there is no emulator, which is said. */
export async function measureAws({ root, coffer, folder }) {
  const outside = { ...process.env };
  const cloud = await startCloud(root);
  if (cloud === null) {
    console.error(
      "bench: NOTHING ABOUT AWS: there is no emulator here (a Python with moto, or COFFER_TEST_AWS_ENDPOINT)",
    );
    return null;
  }
  try {
    return await measure(cloud, { root, coffer, outside, folder: join(folder, "aws") });
  } finally {
    await cloud.stop();
  }
}

async function measure(cloud, { root, coffer, folder, outside }) {
  mkdirSync(folder);
  const [bucket, key] = [await cloud.newBucket(), await cloud.newKey()];
  const store = { COFFER_STORE: `s3://${bucket}/vault`, COFFER_KEY: `aws-kms:${key}` };
  const env = { PATH: process.env.PATH ?? "", HOME: folder, ...cloud.env, ...store };
  const start = (args, more = {}) =>
    startOnce(process.execPath, args, { ...more, folder, env: { ...env, ...more.env } });
  const run = (args, more) => counted(cloud, () => start([coffer, ...args], more));
  await run(["init"]);
  const imports = {};
  for (const count of COUNTS) imports[count] = await run(["import", `ns${count}/`, "-"], { input: dotenv(count) });
  const get = ["get", "ns100/NAME_5"];
  const replay = await startReplay(cloud.env.AWS_ENDPOINT_URL);
  const atOnce = { env: { AWS_ENDPOINT_URL: replay.url } };
  await start([coffer, ...get], atOnce);
  const cold = await inTurns(
    {
      "node -e 0": () => start(["-e", "0"]),
      "coffer get, answered at once": () => start([coffer, ...get], atOnce),
      "coffer get": () => start([coffer, ...get]),
      "coffer get, all by the SDK": () => start([coffer, ...get], { env: BY_SDK }),
      "coffer put": () => start([coffer, "put", "ns1/NAME_0", "x"]),
      ...baselines(env, bucket),
    },
    RUNS * 2,
  );
  await replay.stop();
  const exec = [];
  for (const delay of DELAYS) {
    cloud.proxy.plan(() => (delay === 0 ? undefined : { kind: "delay", ms: delay }));
    for (const count of COUNTS) exec.push({ delay, count, ...(await execOf(cloud, start, coffer, count)) });
  }
  cloud.proxy.plan();
  return {
    cold,
    exec,
    importing: imports[1_000],
    whole: await measureWhole(run),
    microsecrets: await measureMicrosecrets(cloud, { coffer, folder, key }),
    psc: await measurePsc(cloud, { coffer, folder }),
    credstash: await measureCredstash(cloud, env, { folder: join(folder, "credstash"), outside }),
    creds3: await measureCreds3(cloud, { root, coffer, folder, outside, key }),
    credstashGetall: await measureCredstashGetall(cloud, { root, coffer, folder, outside, key }),
  };
}

async function execOf(cloud, start, coffer, count) {
  const args = [coffer, "exec", `ns${count}/`, "--", "true"];
  const { requests } = await counted(cloud, () => start(args));
  const ms = [];
  for (let index = 0; index < RUNS; index++) ms.push((await start(args)).ms);
  return { requests, medianMs: round(median(ms)), minimumMs: round(Math.min(...ms)) };
}

/** 10,000 secrets in 100 namespaces, and all of it in one export. */
async function measureWhole(run) {
  const exporting = ["export", "all/", "-R", "--for", "json"];
  const peaks = {};
  for (let index = 0; index < NAMESPACES; index++) {
    await run(["import", `all/n${String(index).padStart(3, "0")}/`, "-"], { input: dotenv(IN_EACH, `N${index}`) });
    if (index === 9) peaks.tenth = await run(exporting, { peak: true });
  }
  return { ...peaks, all: await run(exporting, { peak: true }) };
}

/** What one call of the AWS CLI takes, where there is one. */
function baselines(env, bucket) {
  const aws = spawnSync("sh", ["-c", "command -v aws"], { encoding: "utf8" }).stdout.trim();
  if (aws === "") return {};
  const one = (...args) => startOnce(aws, args, { env: { ...env, AWS_DEFAULT_REGION: env.AWS_REGION } });
  return {
    "aws s3api get-object": () =>
      one("s3api", "get-object", "--bucket", bucket, "--key", "vault/coffer.json", "/dev/null"),
    "aws sts get-caller-identity": () => one("sts", "get-caller-identity"),
  };
}

/** credstash with ten secrets on DynamoDB and the same KMS; null where it cannot be had. */
async function measureCredstash(cloud, env, place) {
  const start = await installCredstash(cloud, env, place);
  if (start === null) return null;
  for (let index = 0; index < 10; index++) await start("put", `NAME_${index}`, `value ${index}`);
  const measured = [];
  for (const verb of [["get", "NAME_5"], ["getall"]]) {
    const { requests } = await counted(cloud, () => start(...verb));
    const ms = [];
    for (let index = 0; index < RUNS / 2; index++) ms.push((await start(...verb)).ms);
    measured.push({
      command: `credstash ${verb[0]}`,
      requests,
      medianMs: round(median(ms)),
      minimumMs: round(Math.min(...ms)),
    });
  }
  return measured;
}

async function inTurns(programs, rounds) {
  const names = Object.keys(programs);
  const ms = Object.fromEntries(names.map((name) => [name, []]));
  for (let turn = 0; turn < rounds; turn++) {
    for (const name of names)
      if (turn % 4 === 0 || !name.startsWith("aws ")) ms[name].push((await programs[name]()).ms);
  }
  const base = ms["node -e 0"];
  return names.map((command) => ({
    command,
    medianMs: round(median(ms[command])),
    minimumMs: round(Math.min(...ms[command])),
    ratio: round(median(ms[command]) / median(base), 2),
    ratioOfMinima: round(Math.min(...ms[command]) / Math.min(...base), 2),
  }));
}

/** What something asks of AWS: how often what, besides what it gives. */
async function counted(cloud, act) {
  cloud.proxy.forget();
  const result = await act();
  const requests = {};
  for (const { service, action } of cloud.proxy.requests) {
    const name = `${service}:${action}`;
    requests[name] = (requests[name] ?? 0) + 1;
  }
  return { ...result, requests };
}

function dotenv(count, name = "NAME") {
  return Array.from({ length: count }, (_, index) => `${name}_${index}=a value of ordinary length for ${index}\n`).join(
    "",
  );
}
