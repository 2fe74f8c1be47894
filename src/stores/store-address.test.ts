import { describe, expect, test } from "vitest";
import { parseStoreAddress } from "./store-address.js";

describe("a store's URL", () => {
  test.each([
    ["creds3://bucket", "bucket", "", {}],
    ["creds3://bucket/", "bucket", "", {}],
    ["creds3://bucket/a/b/", "bucket", "a/b", {}],
    ["creds3://bucket/a?kms-key=alias/x", "bucket", "a", { "kms-key": "alias/x" }],
    ["creds3://bucket?kms-key=arn%3Aaws&region=eu-west-1", "bucket", "", { "kms-key": "arn:aws", region: "eu-west-1" }],
    ["ssm:/prod/app", "", "prod/app", {}],
    ["ssm:", "", "", {}],
  ])("%s is taken apart", (url, authority, path, parameters) => {
    const parsed = parseStoreAddress(url, ["kms-key", "region"]);
    expect({ ...parsed, parameters: Object.fromEntries(parsed.parameters) }).toEqual({ authority, path, parameters });
  });

  test.each([
    ["bucket", "no URL"],
    ["creds3://b#x", "no URL"],
    ["creds3://b?other=1", "does not take this parameter"],
    ["creds3://b?kms-key=", "does not take this parameter"],
    ["creds3://b?kms-key=a&kms-key=b", "twice"],
    ["creds3://b?kms-key=%zz", "percent-encoded"],
  ])("%s is refused", (url, reason) => {
    expect(() => parseStoreAddress(url, ["kms-key"])).toThrow(reason);
  });
});
