import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Desk } from "../conversations/desk.js";
import { type Cloud, startCloud } from "./cloud.js";
import { findEmulator } from "./emulator.js";

const source = findEmulator();
const PAGE = readFileSync(fileURLToPath(new URL("../../docs/COSTS.md", import.meta.url)), "utf8");

/** The rows of the page's table of requests: what is done, how often S3 is asked to get, to put or list, and KMS, and what a thousand of that cost. */
const ROWS = new Map(
  Array.from(PAGE.matchAll(/^\| (`[^|]+?) \| (\d+) \| (\d+) \| (\d+) \| ([\d.]+) \|/gm), ([, what = "", ...counts]) => [
    what,
    counts.slice(0, 4).map(Number),
  ]),
);

/** Dollars for a thousand requests, as the page assumes. */
const PRICES = [0.0004, 0.005, 0.003];

function values(count: number, prefix = "NAME"): string {
  return Array.from({ length: count }, (_, index) => `${prefix}_${index}=value\n`).join("");
}

/** How each row is done; the page says nothing that is not here. Four namespaces of three secrets stand already, big/BIG lies beside its head. */
const DOINGS: Readonly<Record<string, readonly [args: readonly string[], stdin?: string]>> = {
  "`get`, `exec`, `export`": [["export", "prod/"]],
  "`get` of a value in a blob": [["get", "big/BIG"]],
  "`export -R` of 3 namespaces": [["export", "team/", "-R", "--for", "json"]],
  "`put`, `delete`": [["put", "prod/prod_0", "x"]],
  "`put`, the first in a namespace": [["put", "fresh/A", "x"]],
  "`import` of 1,000 values": [["import", "prod/", "-"], values(1_000)],
  "`list` of a namespace": [["list", "prod/"]],
  "`list` of all 6 namespaces": [["list"]],
  "`history` of 1 version": [["history", "team/a/team_a_0"]],
  "`log` of 1 commit": [["log", "team/a/"]],
  "`rotate-key` of a namespace": [["rotate-key", "team/b/"]],
};

describe.skipIf(source === null)("what docs/COSTS.md says that verbs ask for", () => {
  let cloud: Cloud;
  const desk = new Desk();

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    const [bucket, key] = [await cloud.newBucket(), await cloud.newKey()];
    const { env } = cloud;
    await desk.must(["init", "-p", "aws", "-s", `s3://${bucket}`, "-k", `aws-kms:${key}`], { env });
    await desk.must(["profile", "use", "aws"]);
    for (const namespace of ["prod", "team/a", "team/b", "team/c"]) {
      await desk.must(["import", `${namespace}/`, "-"], { env, stdin: values(3, namespace.replace("/", "_")) });
    }
    await desk.must(["put", "big/BIG", "-"], { env, stdin: "x".repeat(9_000_000) });
  });
  afterAll(() => {
    desk.clear();
    return cloud.stop();
  });

  for (const [what, [args, stdin]] of Object.entries(DOINGS)) {
    it(`${what} is so`, async () => {
      cloud.proxy.forget();
      await desk.must(args, { env: cloud.env, ...(stdin === undefined ? {} : { stdin }) });
      const count = (...actions: readonly string[]): number =>
        cloud.proxy.requests.filter(({ service, action }) => actions.includes(service) || actions.includes(action))
          .length;
      const counts = [count("GetObject"), count("PutObject", "ListObjectsV2"), count("kms")];
      const cost = counts.reduce((sum, times, index) => sum + times * (PRICES[index] ?? 0), 0);
      expect([...counts, Number(cost.toFixed(4))]).toEqual(ROWS.get(what));
      expect(count("s3", "kms")).toBe(cloud.proxy.requests.length);
    });
  }

  it("is all that the page says", () => {
    expect([...ROWS.keys()].sort()).toEqual(Object.keys(DOINGS).sort());
  });
});
