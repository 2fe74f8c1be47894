import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { boto3Settings } from "./boto3-settings.js";

describe("the region as boto3 finds it", () => {
  const home = mkdtempSync(join(tmpdir(), "coffer-boto3-"));
  const config = join(home, "config");
  writeFileSync(
    config,
    "[default]\nregion = eu-north-1\n[profile  two]\noutput = json\nregion=eu-west-2\n[profile none]\noutput = json\n",
  );
  const files = { HOME: home, AWS_CONFIG_FILE: config };
  afterAll(() => rmSync(home, { recursive: true }));

  it.each([
    ["what was said", { region: "ap-south-1" }, { ...files, AWS_DEFAULT_REGION: "eu-west-1" }, "ap-south-1"],
    ["AWS_DEFAULT_REGION", { profile: "two" }, { ...files, AWS_DEFAULT_REGION: "eu-west-1" }, "eu-west-1"],
    ["the profile that was said", { profile: "two" }, files, "eu-west-2"],
    ["the profile of AWS_DEFAULT_PROFILE", {}, { ...files, AWS_DEFAULT_PROFILE: "two", AWS_PROFILE: "x" }, "eu-west-2"],
    ["the profile of AWS_PROFILE", {}, { ...files, AWS_PROFILE: "two" }, "eu-west-2"],
    ["the default profile", {}, files, "eu-north-1"],
    ["us-east-1 where a profile says none", { profile: "none" }, files, "us-east-1"],
    ["us-east-1, whatever AWS_REGION says", {}, { HOME: join(home, "other"), AWS_REGION: "eu-west-1" }, "us-east-1"],
  ])("is %s", (_, options, env, expected) => {
    expect(boto3Settings(options, env).region).toBe(expected);
  });

  it("names a role's session as credstash and creds3 do", () => {
    expect(boto3Settings({ roleArn: "arn:aws:iam::111122223333:role/x" }, {})).toMatchObject({
      roleArn: "arn:aws:iam::111122223333:role/x",
      roleSessionName: "AssumeRoleCredstashSession1",
    });
  });
});
