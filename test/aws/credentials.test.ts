import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Desk } from "../conversations/desk.js";
import { type Cloud, startCloud } from "./cloud.js";
import { findEmulator } from "./emulator.js";

const source = findEmulator();
const ROLE = "arn:aws:iam::123456789012:role/deploy";

/** As whom the built command asks. */
describe.skipIf(source === null)("credentials", () => {
  let cloud: Cloud;
  let desk: Desk;
  let store: readonly string[];
  let key: string;

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    key = await cloud.newKey();
    const bucket = await cloud.newBucket();
    store = ["-s", `s3://${bucket}`, "-k", `aws-kms:${key}`];
    const maker = new Desk();
    await maker.must(["init", ...store], { env: cloud.env });
    await maker.must(["put", "prod/A", "one", ...store], { env: cloud.env });
    maker.clear();
  });
  afterAll(() => cloud.stop());
  beforeEach(() => {
    desk = new Desk();
    cloud.proxy.forget();
  });
  afterEach(() => desk.clear());

  /** The variables without a key and region of their own. */
  function place(): Record<string, string> {
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, AWS_REGION: ___, ...rest } = cloud.env;
    return {
      ...rest,
      AWS_CONFIG_FILE: `${desk.home}/aws-config`,
      AWS_SHARED_CREDENTIALS_FILE: `${desk.home}/aws-credentials`,
    };
  }

  /** The access keys that requests were signed with, by service. */
  function signers(): Record<string, string[]> {
    const seen: Record<string, string[]> = {};
    for (const { service, headers } of cloud.proxy.requests) {
      const [, id = ""] = /Credential=([^/]+)/.exec(headers.authorization ?? "") ?? [];
      seen[service] = [...new Set([...(seen[service] ?? []), id])];
    }
    return seen;
  }

  async function get(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> {
    return desk.must(["get", "prod/A", ...store, ...args], { env: { ...place(), ...env } });
  }

  it("come from AWS_DEFAULT_PROFILE, with the region of AWS_DEFAULT_REGION", async () => {
    desk.file("aws-credentials", "[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = s\n");
    expect(await get({ AWS_DEFAULT_PROFILE: "work", AWS_DEFAULT_REGION: "eu-central-1" })).toBe("one");
    expect(signers()).toEqual({ s3: ["AKIDWORK"], kms: ["AKIDWORK"] });
  });

  it("come from a profile together with its region, and --region wins over that", async () => {
    desk.file("aws-credentials", "[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = s\n");
    desk.file("aws-config", "[profile work]\nregion = eu-central-1\n");
    expect(await get({ AWS_PROFILE: "work" })).toBe("one");
    expect(await get({ AWS_PROFILE: "work" }, "--region", "us-east-1")).toBe("one");
    const regions = cloud.proxy.requests.map(
      ({ service, headers }) => `${service} ${/\d{8}\/([^/]+)/.exec(headers.authorization ?? "")?.[1]}`,
    );
    // The key's ARN says where the key is.
    expect(regions).toEqual(["s3 eu-central-1", "kms eu-central-1", "s3 us-east-1", "kms eu-central-1"]);
  });

  it("come from a credential_process", async () => {
    const json = JSON.stringify({ Version: 1, AccessKeyId: "AKIDPROC", SecretAccessKey: "s" });
    desk.file("process", `#!/bin/sh\necho '${json}'\n`, 0o700);
    desk.file("aws-config", `[default]\nregion = eu-central-1\ncredential_process = ${desk.home}/process\n`);
    expect(await get({})).toBe("one");
    expect(signers()).toEqual({ s3: ["AKIDPROC"], kms: ["AKIDPROC"] });
  });

  it("come from ~/.boto where nothing else has any", async () => {
    desk.file(".boto", "[Credentials]\naws_access_key_id = AKIDBOTO\naws_secret_access_key = s\n");
    expect(await get({ AWS_REGION: "eu-central-1" })).toBe("one");
    expect(signers()).toEqual({ s3: ["AKIDBOTO"], kms: ["AKIDBOTO"] });
  });

  it("come from a web identity", async () => {
    const file = desk.file("token", "header.payload.signature");
    const web = { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: ROLE, AWS_ROLE_SESSION_NAME: "pod" };
    expect(await get({ AWS_REGION: "eu-central-1", ...web })).toBe("one");
    expect(cloud.proxy.requests.map(({ action }) => action)).toEqual([
      "AssumeRoleWithWebIdentity",
      "GetObject",
      "Decrypt",
    ]);
    expect(signers().s3?.[0]).toMatch(/^ASIA/);
  });

  it("of a profile's role are got once for all that is asked, under the session's name", async () => {
    const add = [
      "profile",
      "add",
      "app",
      ...store,
      "--role-arn",
      ROLE,
      "--role-session-name",
      "ann",
      "--region",
      "eu-central-1",
    ];
    await desk.must(add, { env: cloud.env });
    cloud.proxy.forget();
    expect(await desk.must(["get", "prod/A", "-p", "app"], { env: cloud.env })).toBe("one");
    expect(cloud.proxy.requests.map(({ action }) => action)).toEqual(["AssumeRole", "GetObject", "Decrypt"]);
    const asked = new URLSearchParams(cloud.proxy.requests[0]?.body.toString("utf8"));
    expect([asked.get("RoleArn"), asked.get("RoleSessionName")]).toEqual([ROLE, "ann"]);
    expect(signers().kms?.[0]).toMatch(/^ASIA/);
  });

  describe("that want the code of an MFA device", () => {
    const serial = "arn:aws:iam::123456789012:mfa/ann";
    beforeEach(() => {
      desk.file("aws-credentials", "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n");
      desk.file(
        "aws-config",
        `[profile mfa]\nregion = eu-central-1\nsource_profile = base\nrole_arn = ${ROLE}\nmfa_serial = ${serial}\n`,
      );
    });

    it("are got with the code that somebody types at the terminal", async () => {
      const env = Object.entries({ ...place(), AWS_PROFILE: "mfa" }).map(
        ([name, value]) => `export ${name}='${value}'`,
      );
      const { stdout, code } = await desk.terminal(`${env.join("\n")}\ncoffer get prod/A ${store.join(" ")}`, [
        ["MFA code", "123456\n"],
      ]);
      expect([code, stdout.includes("one")]).toEqual([0, true]);
      const assumed = cloud.proxy.requests.find(({ action }) => action === "AssumeRole");
      const asked = new URLSearchParams(assumed?.body.toString("utf8"));
      expect([asked.get("SerialNumber"), asked.get("TokenCode")]).toEqual([serial, "123456"]);
    });

    it("are not got where there is nobody to ask", async () => {
      const args = ["get", "prod/A", ...store, "--no-input"];
      const { code, stderr } = await desk.coffer(args, { env: { ...place(), AWS_PROFILE: "mfa" } });
      expect(stderr).toContain("MFA device");
      expect(code).toBe(2);
    });
  });

  it("of an SSO session that has expired say how to log in", async () => {
    desk.file(
      "aws-config",
      "[profile sso]\nregion = eu-central-1\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = dev\n[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = eu-central-1\n",
    );
    const { code, stderr } = await desk.coffer(["get", "prod/A", ...store], {
      env: { ...place(), AWS_PROFILE: "sso" },
    });
    expect(stderr).toBe(
      "coffer: error: the AWS SSO session of the profile sso is missing or has expired\ncoffer: hint: log in: aws sso login --profile sso\n",
    );
    expect(code).toBe(5);
  });

  it("say nothing on stderr, whatever the SDK thinks of them", async () => {
    desk.file("aws-credentials", "[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = s\n");
    const env = { ...place(), ...cloud.env, AWS_PROFILE: "work" };
    const { stderr, stdout } = await desk.coffer(["get", "prod/A", ...store], { env });
    expect([stdout, stderr]).toEqual(["one", ""]);
  });
});
