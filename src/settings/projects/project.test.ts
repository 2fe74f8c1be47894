import { describe, expect, it } from "vitest";
import { CofferError } from "../../errors.js";
import { parseProject } from "./project.js";

const parse = (text: string): ReturnType<typeof parseProject> => parseProject(Buffer.from(text), "coffer.toml");

function failure(text: string): { message: string; hint: string | undefined } {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof CofferError)) throw error;
    expect(error.code).toBe("INVALID");
    return { message: error.message, hint: error.hint };
  }
  throw new Error("accepted");
}

describe("parseProject", () => {
  it("says which profile and which secrets", () => {
    const text =
      'profile = "team"\nnamespace = "dev/"\nexec = ["dev", "dev/billing/", "/"]\nnames = ["DB_URL", "TOKEN"]';
    expect(parse(text)).toEqual({
      file: "coffer.toml",
      profile: "team",
      namespace: "dev",
      exec: ["dev", "dev/billing", ""],
      names: ["DB_URL", "TOKEN"],
    });
  });

  it("may say nothing", () => {
    expect(parse("")).toEqual({ file: "coffer.toml", profile: null, namespace: null, exec: null, names: [] });
  });

  it.each([
    "store",
    "key",
    "region",
    "role_arn",
    "role_session_name",
    "aws_profile",
    "endpoint",
    "store_id",
    "key_id",
    "also_wrap",
    "allow",
    "profiles",
  ])("never says where secrets are, nor anything else: %s", (key) => {
    const { message, hint } = failure(`namespace = "dev"\n${key} = "folder:/evil"`);
    expect(message).toBe(`coffer.toml:2:1: unknown key "${key}"`);
    expect(hint).toMatch(/where secrets are is for a profile of your own|did you mean/);
  });

  it.each([
    ['profile = "__proto__"', "coffer.toml:1:1: that is no name of a profile"],
    ['profile = "-x"', "coffer.toml:1:1: that is no name of a profile"],
    ["exec = []", 'coffer.toml:1:1: "exec" takes a list of texts, at least one'],
    ['exec = "dev/"', 'coffer.toml:1:1: "exec" takes a list of texts, at least one'],
    ['exec = ["../x"]', 'coffer.toml:1:1: the namespace "../x" has a part that is . or ..'],
    ['namespace = "a b/ c"', 'coffer.toml:1:1: the namespace "a b/ c" has a part that begins or ends with a blank'],
    ['names = ["a/b"]', 'coffer.toml:1:1: the name "a/b" has one of / \\ # ?'],
    ["[profiles.team]", 'coffer.toml:1:1: unknown key "profiles"'],
  ])("refuses %j", (text, message) => {
    expect(failure(text).message).toBe(message);
  });
});
