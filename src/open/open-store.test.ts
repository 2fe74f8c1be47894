import { describe, expect, it } from "vitest";
import { resolveUrl } from "./resolve-url.js";

describe("resolveUrl", () => {
  it.each([
    ["store", "folder:~/x/../y", "folder:/home/ann/y"],
    ["store", "s3://bucket/prefix/", "s3://bucket/prefix"],
    ["store", "s3://bucket/", "s3://bucket"],
    ["key", "keychain:", "keychain:default"],
    ["key", "key-file:/etc/./k", "key-file:/etc/k"],
    ["key", "aws-kms:alias/coffer", "aws-kms:alias/coffer"],
  ] as const)("writes the %s %s as %s", (what, url, same) => {
    expect(resolveUrl(what, url, "/home/ann")).toBe(same);
  });

  it.each(["", "s3", "nothing:x", "constructor:x"])("refuses %j", (url) => {
    expect(() => resolveUrl("store", url)).toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});
