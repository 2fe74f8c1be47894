import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openAws } from "../../src/aws/aws.js";
import { openAwsKms } from "../../src/keys/aws-kms.js";
import type { ObjectStore } from "../../src/objects/object-store.js";
import { openS3Store } from "../../src/objects/s3.js";
import { create, HEAD, textAndTag } from "../../src/testing/object-store-contract/words.js";
import { Desk } from "../conversations/desk.js";
import { startImitation } from "./imitation.js";

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const TLS = { key: readFileSync(fixture("localhost.key.pem")), cert: readFileSync(fixture("localhost.cert.pem")) };
const AWS_CA_BUNDLE = fixture("localhost.cert.pem");

describe("the way to AWS", () => {
  const stops: (() => Promise<void>)[] = [];
  const before = { ...process.env };
  let endpoint: string;

  beforeEach(async () => {
    const imitation = await startImitation(undefined, TLS);
    endpoint = imitation.url;
    stops.push(imitation.stop);
    const key = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
    // Whoever runs the tests may have settings of their own.
    for (const name of Object.keys(process.env)) if (/^AWS_|_proxy$/i.test(name)) delete process.env[name];
    Object.assign(process.env, { ...key, AWS_REGION: "eu-central-1", AWS_ENDPOINT_URL_S3: endpoint });
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
    process.env = { ...before };
  });

  it("is the direct one where nothing is configured, over TLS too, with a certificate that Node trusts", async () => {
    const desk = new Desk();
    const store = ["-s", "s3://bucket/vault", "-k", `key-file:${desk.home}/master.key`];
    const env = {
      NODE_EXTRA_CA_CERTS: AWS_CA_BUNDLE,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      COFFER_AUTHOR: "ada",
    };
    await desk.must(["init", ...store], { env });
    await desk.must(["put", "prod/A", "one", ...store], { env });
    const { NODE_EXTRA_CA_CERTS: _, ...without } = env;
    expect(await desk.must(["get", "prod/A", ...store], { env })).toBe("one");
    expect((await desk.coffer(["get", "prod/A", ...store], { env: without })).stderr).toContain("is not trusted");
    desk.clear();
  });

  async function open(env: Readonly<Record<string, string>>): Promise<ObjectStore> {
    const store = openS3Store("//bucket", await openAws({ limits: { pause: 5 }, env }));
    stops.push(() => store.close());
    return store;
  }

  it("trusts the certificates that AWS_CA_BUNDLE names besides the usual ones", async () => {
    const store = await open({ AWS_CA_BUNDLE });
    await create(store, HEAD, "one");
    expect(textAndTag(await store.get(HEAD))?.text).toBe("one");
  });

  it("says that a certificate is not trusted, without trying again, and names the variable", async () => {
    const store = await open({});
    await expect(store.get(HEAD)).rejects.toMatchObject({
      code: "UNREACHABLE",
      message: expect.stringContaining("certificate is not trusted"),
      hint: expect.stringContaining("AWS_CA_BUNDLE"),
    });
  });

  it("leads through the proxy that HTTPS_PROXY names, and past it where NO_PROXY says so", async () => {
    const proxy = await startTunnel();
    stops.push(proxy.stop);
    const store = await open({ AWS_CA_BUNDLE, HTTPS_PROXY: proxy.url });
    await create(store, HEAD, "one");
    expect(proxy.tunnels).toEqual([new URL(endpoint).host]);
    const past = await open({ AWS_CA_BUNDLE, HTTPS_PROXY: proxy.url, NO_PROXY: "localhost" });
    expect(textAndTag(await past.get(HEAD))?.text).toBe("one");
    expect(proxy.tunnels).toHaveLength(1);
  });

  it("is made to KMS before there is anything to ask, and used then", async () => {
    const kms = await startImitation(undefined, TLS);
    stops.push(kms.stop);
    process.env.AWS_ENDPOINT_URL_KMS = kms.url;
    const arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    const keys = await openAwsKms(arn, await openAws({ limits: { pause: 5 }, env: { AWS_CA_BUNDLE } }));
    stops.push(() => keys.close());
    await kms.connected;
    // It is no KMS, and says so.
    await expect(keys.unwrap(new Uint8Array(9), {})).rejects.toMatchObject({ code: "FAILED" });
    expect(kms.connections()).toBe(1);
  });

  it("is refused where the proxy is none, in words without its password", async () => {
    for (const proxy of ["socks://u:canary@h:1", "http://u:canary@:::"]) {
      const error = await open({ HTTPS_PROXY: proxy })
        .then((store) => store.get(HEAD))
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "USAGE", message: expect.not.stringContaining("canary") });
    }
  });
});

/** A proxy that makes tunnels, and notes where to. */
async function startTunnel(): Promise<{ url: string; tunnels: readonly string[]; stop: () => Promise<void> }> {
  const tunnels: string[] = [];
  const server: Server = createServer();
  server.on("connect", ({ url = "" }, client, head) => {
    tunnels.push(url);
    const target = connect(Number(url.split(":")[1]), "localhost", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      target.write(head);
      target.pipe(client).pipe(target);
    });
    client.on("close", () => target.destroy());
    for (const end of [client, target]) end.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Listening on a port of TCP, it has an address of that form.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    tunnels,
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
