import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findDirectWay } from "./way.js";

const KEY = { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret" };
const PLACE = { HOME: "/nowhere", AWS_REGION: "eu-central-1" };

describe("the direct way", () => {
  const before = process.env;
  beforeEach(() => {
    process.env = { ...KEY, ...PLACE };
  });
  afterEach(() => {
    process.env = before;
  });

  it("is there with a key and a region in the environment, and knows AWS's endpoints", () => {
    const way = findDirectWay({});
    expect(way?.credentials).toEqual({ accessKeyId: "AKID", secretAccessKey: "secret" });
    const found = [way?.find("s3", undefined), way?.find("kms", "us-east-1")].map(
      (place) => `${place?.url} ${place?.region}`,
    );
    expect(found).toEqual([
      "https://s3.eu-central-1.amazonaws.com/ eu-central-1",
      "https://kms.us-east-1.amazonaws.com/ us-east-1",
    ]);
  });

  it("is there with what changes nothing, and with endpoints of one's own", () => {
    const own = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_ENDPOINT_URL_KMS: "https://kms.internal/base" };
    Object.assign(process.env, own, {
      AWS_SESSION_TOKEN: "t",
      AWS_PAGER: "",
      AWS_LAMBDA_FUNCTION_NAME: "f",
      AWS_USE_FIPS_ENDPOINT: "",
    });
    const way = findDirectWay({ region: "us-west-2" });
    expect(way?.credentials.sessionToken).toBe("t");
    expect(way?.find("s3", undefined)).toMatchObject({
      url: new URL("http://127.0.0.1:1"),
      region: "us-west-2",
      isForeign: true,
    });
    expect(way?.find("kms", undefined)?.url.href).toBe("https://kms.internal/base");
  });

  it.each([
    { AWS_USE_FIPS_ENDPOINT: "true" },
    { AWS_USE_DUALSTACK_ENDPOINT: "true" },
    { AWS_CA_BUNDLE: "/etc/ca.pem" },
    { HTTPS_PROXY: "http://proxy:3128" },
    { http_proxy: "http://proxy:3128" },
    { AWS_PROFILE: "nobody" },
    { AWS_DEFAULT_PROFILE: "nobody", AWS_ACCESS_KEY_ID: "" },
    { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
    { AWS_SOMETHING_NEW: "1" },
    { AWS_SECRET_ACCESS_KEY: "" },
  ])("is not there with %j", (more: Record<string, string>) => {
    Object.assign(process.env, more);
    expect(findDirectWay({})).toBeNull();
  });

  it("is not there for a role", () => {
    expect(findDirectWay({ roleArn: "arn:aws:iam::123456789012:role/app" })).toBeNull();
  });

  it.each(["us-gov-west-1", "cn-north-1", "us-iso-east-1", "aws-global", undefined])(
    "leads nowhere in the region %s",
    (region) => {
      delete process.env.AWS_REGION;
      expect(findDirectWay({})?.find("kms", region)).toBeNull();
    },
  );

  it.each([
    "https://vpce-1.s3.eu-central-1.vpce.amazonaws.com",
    "https://user:password@host",
    "http://[::1]:1",
    "http://host/?query",
    "ftp://host",
    "nothing",
  ])("leads nowhere where the endpoint is %s", (endpoint) => {
    process.env.AWS_ENDPOINT_URL = endpoint;
    expect(findDirectWay({})?.find("s3", undefined)).toBeNull();
  });
});
