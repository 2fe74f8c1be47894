// `coffer as creds3 getall` beside creds3 itself, from PyPI, on the same secrets of the same emulator, in turns.
import { CreateAliasCommand } from "@aws-sdk/client-kms";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { loadTests } from "../load-cloud.mjs";
import { COUNTS, DELAYS, inTurns, renderGetall } from "./getall.mjs";
import { startOnce } from "./processes.mjs";

/** How many times faster `getall` of 100 secrets is to be with 20 ms a request. */
const TARGET = 5;

/** The figures; null where creds3 cannot be had, which is said. */
export async function measureCreds3(cloud, { root, coffer, folder, outside, key }) {
  const { original, python } = await loadTests(root, { original: "test/legacy/original.ts", python: "test/python.ts" });
  const program = python.findPython({ ...original.CREDS3, tests: "the comparison with creds3" }, outside);
  if (program === null) return null;
  const TargetKeyId = key.replace(/^.*\//, "");
  await cloud.kms.send(new CreateAliasCommand({ AliasName: "alias/creds3", TargetKeyId }));
  const { AWS_REGION: AWS_DEFAULT_REGION, ...env } = cloud.env;
  const around = { env: { ...env, AWS_DEFAULT_REGION, PATH: process.env.PATH ?? "", HOME: folder }, folder };
  const shim = `${original.shim("creds3")}; tool.main()`;
  const tools = {
    "coffer as creds3": (...args) => startOnce(process.execPath, [coffer, "as", "creds3", ...args], around),
    "creds3 1.0.3": (...args) => startOnce(program, ["-c", shim, ...args], around),
  };
  const measured = [];
  for (const [count, runs] of COUNTS) {
    const bucket = await fill(cloud, tools["coffer as creds3"], count);
    for (const delay of DELAYS) {
      measured.push(...(await inTurns(cloud, tools, { count, delay, runs, args: ["-l", bucket, "getall"] })));
    }
  }
  return measured;
}

/** A bucket with so many secrets of one value. */
async function fill(cloud, start, count) {
  const Bucket = await cloud.newBucket();
  await start("-l", Bucket, "put", "app.secret0", "a value of ordinary length");
  const { Body, Metadata } = await cloud.s3.send(new GetObjectCommand({ Bucket, Key: "app.secret0/1" }));
  const body = await Body.transformToByteArray();
  for (let index = 1; index < count; index++) {
    await cloud.s3.send(new PutObjectCommand({ Bucket, Key: `app.secret${index}/1`, Body: body, Metadata }));
  }
  return Bucket;
}

/** What was measured, as text. */
export function renderCreds3(measured) {
  return renderGetall("creds3", measured, TARGET);
}
