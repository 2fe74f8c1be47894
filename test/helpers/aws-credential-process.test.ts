import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LinkDesk, openLinkDesk } from "./link-desk.js";

let desk: LinkDesk;

beforeAll(async () => {
  desk = await openLinkDesk();
  const [id, secret, token] = ["AKIACANARY", "canary-secret", "canary-token"];
  await desk.must(["import", "aws/prod/", "-", "--from", "dotenv"], {
    stdin: `AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n`,
  });
  await desk.must(["import", "aws/session/", "-", "--from", "dotenv"], {
    stdin: `AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n`,
  });
  await desk.must(["put", "aws/session/AWS_SESSION_TOKEN", token, "--expires", "2031-05-04T12:00:00Z"]);
});
afterAll(() => desk.clear());

const ask = (...args: readonly string[]) => desk.coffer(["as", "aws-credential-process", ...args]);

describe("aws-credential-process", () => {
  it("says an access key as AWS's tools want it", async () => {
    const { code, stdout } = await ask("prod");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ Version: 1, AccessKeyId: "AKIACANARY", SecretAccessKey: "canary-secret" });
  });

  it("says the token of a session, and when it ends", async () => {
    expect(JSON.parse((await ask("session")).stdout)).toEqual({
      Version: 1,
      AccessKeyId: "AKIACANARY",
      SecretAccessKey: "canary-secret",
      SessionToken: "canary-token",
      Expiration: "2031-05-04T12:00:00.000Z",
    });
  });

  it("names what is missing, and is no way in a circle", async () => {
    const { code, stdout, stderr } = await ask("none");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("AWS_ACCESS_KEY_ID");
    expect(await ask()).toMatchObject({ code: 2, stdout: "" });
    const again = await desk.coffer(["as", "aws-credential-process", "prod"], {
      env: { COFFER_IN_CREDENTIAL_PROCESS: "1" },
    });
    expect(again).toMatchObject({ code: 2, stdout: "" });
  });

  it("is what AWS's SDK calls", async () => {
    const command = `env -i HOME=${desk.home} PATH=${process.env.PATH} ${process.execPath} ${process.cwd()}/dist/cli/coffer.cjs`;
    const configFilepath = desk.file(
      "aws-config",
      `[profile p]\ncredential_process = ${command} as aws-credential-process session\n`,
    );
    const find = fromNodeProviderChain({ profile: "p", configFilepath, filepath: desk.file("none", "") });
    expect(await find()).toMatchObject({
      accessKeyId: "AKIACANARY",
      secretAccessKey: "canary-secret",
      sessionToken: "canary-token",
    });
  });
});
