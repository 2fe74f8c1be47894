import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type PlainProfile, readPlainProfile } from "./plain-profile.js";

const home = mkdtempSync(join(tmpdir(), "coffer-plain-profile-"));
mkdirSync(join(home, ".aws"));
afterAll(() => rmSync(home, { recursive: true }));

function read(name: string, { config = "", credentials = "" }): PlainProfile | null {
  writeFileSync(join(home, ".aws", "config"), config);
  writeFileSync(join(home, ".aws", "credentials"), credentials);
  return readPlainProfile(name, { HOME: home });
}

const KEY = "aws_access_key_id = AKID\r\naws_secret_access_key=s/e=c+r#t\n";
const key = { accessKeyId: "AKID", secretAccessKey: "s/e=c+r#t" };

describe("a profile that is read without the SDK", () => {
  it("holds a key and a region, from both of AWS's files", () => {
    const config = "# mine\n[default]\nregion = x\n[profile work]\nregion = eu-west-1\noutput = json\n";
    const credentials = `[default]\naws_access_key_id = no\n; theirs\n[work]\n${KEY}`;
    expect(read("work", { config, credentials })).toEqual({ key, region: "eu-west-1" });
  });

  it("may hold a session, and a region of its own, which wins", () => {
    const credentials = `[work]\n${KEY}aws_session_token = t==\nregion = eu-west-2\n`;
    const config = '[profile "work"]\nregion = eu-west-1\n';
    expect(read("work", { config, credentials })).toEqual({
      key: { ...key, sessionToken: "t==" },
      region: "eu-west-2",
    });
  });

  it("says nothing where nothing is said", () => {
    expect(read("default", {})).toEqual({ key: undefined, region: undefined });
    expect(read("default", { credentials: "[default]\naws_access_key_id = AKID\n" })).toMatchObject({ key: undefined });
    const elsewhere = { HOME: home, AWS_CONFIG_FILE: join(home, "1"), AWS_SHARED_CREDENTIALS_FILE: join(home, "2") };
    expect(readPlainProfile("default", elsewhere)).toEqual({ key: undefined, region: undefined });
  });

  it.each([
    "role_arn = arn:aws:iam::123456789012:role/app",
    "source_profile = base",
    "credential_process = /bin/key",
    "sso_session = corp",
    "mfa_serial = arn",
    "endpoint_url = http://localhost",
    "services = mine",
    "use_fips_endpoint = true",
    "s3 =\n  addressing_style = path",
    "region = eu-west-1 # here",
    "region = eu-west-1\nregion = eu-west-2",
    "region",
    " region = eu-west-1",
    "[broken",
  ])("is left to the SDK where it says %j", (line) => {
    expect(read("default", { config: `[default]\n${line}\n`, credentials: `[default]\n${KEY}` })).toBeNull();
  });

  it("is left to the SDK where its name or its files are out of the ordinary", () => {
    expect(read("a b", {})).toBeNull();
    expect(readPlainProfile("default", {})).toBeNull();
    expect(readPlainProfile("default", { HOME: home, AWS_CONFIG_FILE: home })).toBeNull();
  });
});
