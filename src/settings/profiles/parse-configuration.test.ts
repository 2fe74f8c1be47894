import { describe, expect, it } from "vitest";
import { CofferError } from "../../errors.js";
import { parseConfiguration } from "./parse-configuration.js";
import { EMPTY_CONFIGURATION } from "./profile.js";

const CANARY = "s3cret-CANARY";

function failure(text: string | Uint8Array): string {
  try {
    parseConfiguration(Buffer.from(text), "config.toml");
  } catch (error) {
    if (!(error instanceof CofferError)) throw error;
    expect(error.code).toBe("INVALID");
    return error.message;
  }
  throw new Error("accepted");
}

describe("parseConfiguration", () => {
  it.each([
    ["/", ""],
    ["logins", "logins"],
    ["prod/logins/", "prod/logins"],
  ])("reads a helper's namespace %j as %j", (typed, namespace) => {
    const { helpers } = parseConfiguration(Buffer.from(`[helper.git]\nnamespace = "${typed}"`), "config.toml");
    expect(helpers.get("git")).toEqual({ namespace });
  });

  it("reads profiles and the one in use", () => {
    const text = `
      profile = "prod"
      [profiles.prod]
      store = "folder:/srv/secrets"
      key = 'key-file:~/k'
      namespace = "prod/billing/"
      region = "eu-central-1"
      aws_profile = "ops"
      role_arn = "arn:aws:iam::1:role/r"
      role_session_name = "me"
      also_wrap = ["key-file:/a", "key-file:/b"]
      store_id = "AAAAAAAAAAAAAAAAAAAAAA"
      key_id = "key-file:x"
      [profiles."a.b"]`;
    const { profile, profiles } = parseConfiguration(Buffer.from(text), "config.toml");
    expect(profile).toBe("prod");
    expect(profiles.get("prod")).toEqual({
      store: "folder:/srv/secrets",
      key: "key-file:~/k",
      namespace: "prod/billing/",
      region: "eu-central-1",
      aws_profile: "ops",
      role_arn: "arn:aws:iam::1:role/r",
      role_session_name: "me",
      also_wrap: ["key-file:/a", "key-file:/b"],
      store_id: "AAAAAAAAAAAAAAAAAAAAAA",
      key_id: "key-file:x",
    });
    expect([...profiles.keys()]).toEqual(["prod", "a.b"]);
  });

  it("takes an empty file for nothing said", () => {
    expect(parseConfiguration(new Uint8Array(0), "config.toml")).toEqual(EMPTY_CONFIGURATION);
  });

  it("has nothing under the names that every object inherits", () => {
    const { profiles } = parseConfiguration(Buffer.from('[profiles.constructor]\nstore = "memory:"'), "config.toml");
    expect(profiles.get("constructor")).toEqual({ store: "memory:" });
    expect(profiles.get("toString")).toBeUndefined();
  });

  it.each([
    [`[profiles.p]\nstore = "${CANARY}`, "config.toml:2:9: this is no TOML"],
    [`a = 1\na = "${CANARY}"`, "config.toml:2:1: this is no TOML"],
    [`x = "${CANARY}"`, 'config.toml:1:1: unknown key "x"'],
    [`[profiles.p]\n\n  regoin = "${CANARY}"`, 'config.toml:3:3: unknown key "regoin"'],
    [`profiles = { p = { regoin = "${CANARY}" } }`, 'config.toml:1:1: unknown key "regoin"'],
    [
      `[profiles.p.store]\nx = "${CANARY}"`,
      'config.toml:1:1: "store" takes a text in quotes, on one line and not empty',
    ],
    ["[profiles.p]\nstore = 1", 'config.toml:2:1: "store" takes a text in quotes, on one line and not empty'],
    ['[profiles.p]\nstore = ""', 'config.toml:2:1: "store" takes a text in quotes, on one line and not empty'],
    [
      '[profiles.p]\nregion = "a\\u001b[2J"',
      'config.toml:2:1: "region" takes a text in quotes, on one line and not empty',
    ],
    ['[profiles.p]\nalso_wrap = ["a", 1]', 'config.toml:2:1: "also_wrap" takes a list of texts, at least one'],
    ['[profiles.p]\nstore = "folder:./x"', "config.toml:2:1: store depends on the working folder"],
    ['[profiles.p]\nalso_wrap = ["key-file:../x"]', "config.toml:2:1: also_wrap depends on the working folder"],
    [`[profiles.p]\nstore_id = "${CANARY}"`, "config.toml:2:1: that is no store id"],
    ['[profiles.p]\nnamespace = "a//b"', 'config.toml:2:1: the namespace "a//b" has an empty part'],
    ['[profiles.__proto__]\nstore = "x:"', "config.toml:1:1: that is no name of a profile"],
    ['[profiles."-p"]', "config.toml:1:1: that is no name of a profile"],
    ['profiles = "x"', 'config.toml:1:1: "profiles" is no table'],
    ["[[profiles]]\nx = 1", 'config.toml:1:1: "profiles" is no table'],
    ["profile = 2020-01-01", 'config.toml:1:1: "profile" takes a text in quotes, on one line and not empty'],
    [Buffer.from([0x61, 0xff]), "config.toml is not UTF-8"],
    [`a = ${"[".repeat(20_000)}`, "config.toml:1:1005: this is no TOML"],
  ])("refuses %j by its place, without its text", (text, message) => {
    expect(failure(text)).toBe(message);
  });
});
