import { describe, expect, it } from "vitest";
import { findProxy } from "./no-proxy.js";

const HTTPS_PROXY = "http://proxy.example:3128";
const HOST = "kms.eu-central-1.amazonaws.com";

describe("findProxy", () => {
  it("goes by the protocol, and takes the small spelling first", () => {
    const env = { HTTPS_PROXY, http_proxy: "http://other:1", HTTP_PROXY: "http://third:1" };
    expect(findProxy("https:", HOST, 443, env)).toBe(HTTPS_PROXY);
    expect(findProxy("http:", HOST, 80, env)).toBe("http://other:1");
    expect(findProxy("https:", HOST, 443, { HTTP_PROXY: HTTPS_PROXY })).toBeNull();
    expect(findProxy("https:", HOST, 443, { HTTPS_PROXY: "" })).toBeNull();
  });

  it("takes a proxy without a scheme for one of HTTP", () => {
    expect(findProxy("https:", HOST, 443, { HTTPS_PROXY: "proxy:3128" })).toBe("http://proxy:3128");
  });

  it.each([
    ["*", true],
    ["amazonaws.com", true],
    [".amazonaws.com", true],
    ["*.amazonaws.com", true],
    [HOST, true],
    [HOST.toUpperCase(), true],
    ["localhost, amazonaws.com", true],
    ["localhost amazonaws.com", true],
    ["amazonaws.com:443", true],
    ["amazonaws.com:80", false],
    ["aws.com", false],
    ["eu-central-1", false],
    ["", false],
  ])("with NO_PROXY %j goes past the proxy: %s", (list, past) => {
    expect(findProxy("https:", HOST, 443, { HTTPS_PROXY, NO_PROXY: list })).toBe(past ? null : HTTPS_PROXY);
  });
});
