import { describe, expect, it } from "vitest";
import { isReference, parseReference } from "./references.js";

const OWN = { store: null, field: null, version: null };

describe("a reference", () => {
  it.each([
    ["coffer:prod/billing/DB_URL", { ...OWN, path: "prod/billing/DB_URL" }],
    ["coffer:/TOP", { ...OWN, path: "/TOP" }],
    ["coffer:prod/my%20name%23#12", { ...OWN, path: "prod/my name#", version: "12" }],
    ["coffer:a/B?field=user%20name#3", { ...OWN, path: "a/B", field: "user name", version: "3" }],
  ])("%s", (text, parts) => {
    expect(parseReference("V", text)).toEqual({ variable: "V", ...parts });
  });

  it.each([
    ["coffer+ssm:/a/b", "ssm:/a", "b"],
    ["coffer+ssm:/b", "ssm:/", "b"],
    ["coffer+folder:/srv/my%20vault/DB_URL", "folder:/srv/my vault", "DB_URL"],
    ["coffer+folder:/srv/vault//prod/billing/DB_URL", "folder:/srv/vault", "prod/billing/DB_URL"],
    ["coffer+folder:./vault//DB_URL", "folder:./vault", "DB_URL"],
    ["coffer+s3://bucket/NAME", "s3://bucket", "NAME"],
    ["coffer+s3://bucket/vault//prod/NAME", "s3://bucket/vault", "prod/NAME"],
    [
      "coffer+creds3://bucket/NAME?table=x%20y&region=eu-west-1",
      "creds3://bucket?table=x%20y&region=eu-west-1",
      "NAME",
    ],
  ])("into another store: %s is in %s, and there %s", (text, store, path) => {
    expect(parseReference("V", text)).toEqual({ ...OWN, variable: "V", store, path });
  });

  it("into another store may name a field and a version, too", () => {
    expect(parseReference("V", "coffer+x://b/NAME?a=1&field=user#7")).toEqual({
      variable: "V",
      store: "x://b?a=1",
      path: "NAME",
      field: "user",
      version: "7",
    });
  });

  it.each([
    "coffer:",
    "coffer: text",
    "coffer:a/B?x=y",
    "coffer:a/B?field=",
    "coffer:a/B?field=a&field=b",
    "coffer:a/B?field=user%2Fname",
    "coffer:a/B#",
    "coffer:%zz",
    "coffer:a%2FB",
    "coffer+s3://bucket",
    "coffer+s3://bucket/",
    "coffer+s3:///NAME",
    "coffer+folder:/srv/vault//",
    "coffer+memory:NAME",
    "coffer+ssm:/a/b?x=1&",
  ])("%s is none, and is not repeated", (text) => {
    expect(() => parseReference("VAR", text)).toThrow(/^VAR begins like a reference and is none$/);
  });

  it("is seen by how it begins", () => {
    const texts = ["coffer+ssm:/a", "coffer:x", "coffers:x", "a coffer:x", "coffer+x"];
    expect(texts.map(isReference)).toEqual([true, true, false, false, false]);
  });
});
