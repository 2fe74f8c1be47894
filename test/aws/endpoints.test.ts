// Which hosts are asked, by AWS's own variables and profiles. Nobody leaves this machine: a proxy hears where it goes, and cuts the connection.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openAws } from "../../src/aws/aws.js";
import { findCallerIdentity } from "../../src/aws/sts-client.js";
import { openAwsKms } from "../../src/keys/aws-kms.js";
import { openS3Store } from "../../src/objects/s3.js";

const ARN = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const KEY = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
const FIPS = [
  "acme.s3-fips.us-east-1.amazonaws.com",
  "kms-fips.us-east-1.amazonaws.com",
  "sts-fips.us-east-1.amazonaws.com",
];

describe("the hosts of S3, KMS and STS", () => {
  const before = { ...process.env };
  const asked = new Set<string>();
  const folder = mkdtempSync(join(tmpdir(), "coffer-endpoints-"));
  let proxy: Server;
  let files = 0;

  beforeAll(async () => {
    proxy = createServer().on("connect", ({ url = "" }, client) => {
      asked.add(url.replace(/:443$/, ""));
      client.on("error", () => {}).destroy();
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    proxy.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    asked.clear();
    // Whoever runs the tests may have settings of their own.
    for (const name of Object.keys(process.env)) if (/^AWS_|_proxy$/i.test(name)) delete process.env[name];
    Object.assign(process.env, { ...KEY, AWS_REGION: "us-east-1", AWS_EC2_METADATA_DISABLED: "true", HOME: folder });
  });
  afterEach(() => {
    process.env = { ...before };
  });

  async function ask(): Promise<string[]> {
    // Listening on a port of TCP, it has an address of that form.
    const env = { ...process.env, HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    const aws = await openAws({ limits: { pause: 1, total: 1 }, env });
    const store = openS3Store("//acme/vault", aws);
    const keys = await openAwsKms(ARN, aws);
    const calls = [store.get("heads/prod"), keys.unwrap(new Uint8Array(9), {}), findCallerIdentity(aws)];
    for (const { status } of await Promise.allSettled(calls)) expect(status).toBe("rejected");
    await store.close();
    await keys.close();
    return [...asked].sort();
  }

  /** Settings in a profile; no file is read twice by the SDK. */
  function profile(text: string): void {
    files += 1;
    const file = join(folder, `config-${files}`);
    writeFileSync(file, `[default]\n${text}\n`);
    process.env.AWS_CONFIG_FILE = file;
  }

  it("are the usual ones where nothing is said", async () => {
    const usual = ["acme.s3.us-east-1.amazonaws.com", "kms.us-east-1.amazonaws.com", "sts.us-east-1.amazonaws.com"];
    expect(await ask()).toEqual(usual);
  });

  it("are those of FIPS with AWS_USE_FIPS_ENDPOINT, or use_fips_endpoint in the profile", async () => {
    process.env.AWS_USE_FIPS_ENDPOINT = "true";
    expect(await ask()).toEqual(FIPS);
    delete process.env.AWS_USE_FIPS_ENDPOINT;
    asked.clear();
    profile("use_fips_endpoint = true");
    expect(await ask()).toEqual(FIPS);
  });

  it("are those of both protocols with AWS_USE_DUALSTACK_ENDPOINT, or use_dualstack_endpoint in the profile", async () => {
    const both = ["acme.s3.dualstack.us-east-1.amazonaws.com", "kms.us-east-1.api.aws", "sts.us-east-1.api.aws"];
    process.env.AWS_USE_DUALSTACK_ENDPOINT = "true";
    expect(await ask()).toEqual(both);
    delete process.env.AWS_USE_DUALSTACK_ENDPOINT;
    asked.clear();
    profile("use_dualstack_endpoint = true");
    expect(await ask()).toEqual(both);
  });

  it("are those of FIPS and both protocols where both are said", async () => {
    Object.assign(process.env, { AWS_USE_FIPS_ENDPOINT: "true", AWS_USE_DUALSTACK_ENDPOINT: "true" });
    const hosts = [
      "acme.s3-fips.dualstack.us-east-1.amazonaws.com",
      "kms-fips.us-east-1.api.aws",
      "sts-fips.us-east-1.api.aws",
    ];
    expect(await ask()).toEqual(hosts);
  });

  it("are not asked at all where FIPS is wanted of an endpoint of one's own", async () => {
    Object.assign(process.env, { AWS_USE_FIPS_ENDPOINT: "true", AWS_ENDPOINT_URL: "http://127.0.0.1:1" });
    const aws = await openAws({ limits: { pause: 1, total: 1 } });
    const [store, keys] = [openS3Store("//acme/vault", aws), await openAwsKms(ARN, aws)];
    for (const call of [() => store.get("heads/prod"), () => keys.unwrap(new Uint8Array(9), {})]) {
      await expect(call()).rejects.toMatchObject({
        code: "USAGE",
        message: expect.stringMatching(/^the endpoint cannot be used: .*FIPS/),
        hint: expect.stringContaining("AWS_ENDPOINT_URL"),
      });
    }
    await store.close();
    await keys.close();
  });
});
