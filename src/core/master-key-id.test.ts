import { describe, expect, it } from "vitest";
import { kmsKeyArn, masterKeyId, parseKmsKeyArn } from "./master-key-id.js";

const PLAIN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const MULTI = "arn:aws:kms:eu-central-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";

describe("masterKeyId", () => {
  it("is one for a multi-Region key in every region", () => {
    expect(masterKeyId(MULTI)).toBe("arn:aws:kms::111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab");
    expect(masterKeyId(MULTI.replace("eu-central-1", "us-east-1"))).toBe(masterKeyId(MULTI));
    expect(masterKeyId(masterKeyId(MULTI))).toBe(masterKeyId(MULTI));
  });

  it.each([
    ["account", MULTI.replace("111122223333", "444455556666")],
    ["partition", MULTI.replace("arn:aws:", "arn:aws-cn:")],
    ["key", `${MULTI}0`],
  ])("tells a multi-Region key from one of another %s", (_, other) => {
    expect(masterKeyId(other)).not.toBe(masterKeyId(MULTI));
  });

  it.each([PLAIN, "key-file:gGfPjcDKAHSeZ6m-UYRY8g", "passphrase:", MULTI.replace(":key/", ":alias/")])(
    "is what was given for %s",
    (id) => {
      expect(masterKeyId(id)).toBe(id);
    },
  );
});

describe("parseKmsKeyArn", () => {
  it("gives the parts that make the ARN again", () => {
    for (const id of [PLAIN, MULTI]) {
      const arn = parseKmsKeyArn(id);
      expect(arn && kmsKeyArn(arn, arn.region ?? "")).toBe(id);
    }
  });

  it.each([
    "",
    "alias/x",
    PLAIN.replace(":key/", ":alias/"),
    PLAIN.replace("kms", "s3"),
    `${PLAIN}\n`,
    masterKeyId(PLAIN).replace("eu-central-1", ""),
  ])("gives null for %j", (id) => {
    expect(parseKmsKeyArn(id)).toBeNull();
  });
});
