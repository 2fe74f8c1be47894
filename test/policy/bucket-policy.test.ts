// What the policy that `setup` gives a bucket refuses, judged by a simulator of IAM, which takes the bucket's owner for everybody.
import { describe, expect, it } from "vitest";
import { denyPlainConnections, denyUnconditionalPuts, mergeDenials } from "../../src/policy/bucket-policy.js";
import { type AccessRequest, ANN, findDenied } from "./judge.js";
import { requestsOfRole } from "./roles.js";
import { HERE } from "./samples.js";

const ARN = `arn:aws:s3:::${HERE.bucket}`;
const PLACE = { arn: ARN, prefix: HERE.prefix };
const bucket: unknown = JSON.parse(mergeDenials(null, [denyPlainConnections(PLACE), denyUnconditionalPuts(PLACE)]));
const identity = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

/** A request to S3 as it is over TLS; a put is no part of an upload. */
function overTls({ context, ...request }: AccessRequest): AccessRequest {
  const put = request.action === "s3:PutObject" ? { "s3:ObjectCreationOperation": "true" } : {};
  return { ...request, context: { "aws:SecureTransport": "true", ...put, ...context } };
}

const ofAdmin = requestsOfRole("admin").filter(({ action }) => action.startsWith("s3:"));
const put = (key: string, context: AccessRequest["context"] = {}): AccessRequest =>
  overTls({ action: "s3:PutObject", resource: `${ARN}/${key}`, context, principal: ANN });

describe("a bucket that setup arranged", () => {
  it("lets every request of an admin through", async () => {
    expect(ofAdmin.length).toBeGreaterThan(20);
    expect(await findDenied({ identity, bucket }, ofAdmin.map(overTls))).toEqual([]);
  });

  it("lets none through that comes without TLS", async () => {
    const plain = ofAdmin.map(overTls).map(({ context, ...request }) => {
      return { ...request, context: { ...context, "aws:SecureTransport": "false" } };
    });
    expect(await findDenied({ identity, bucket }, plain)).toEqual(plain);
  });

  it("refuses puts without a condition below the store's prefix, and there alone", async () => {
    const below = [put("team/heads/prod"), put("team/x")];
    expect(await findDenied({ identity, bucket }, below)).toEqual(below);
    expect(await findDenied({ identity, bucket }, [put("other/x"), put("team2")])).toEqual([]);
  });

  it("lets the parts of an upload through, since only its end can have a condition", async () => {
    const part = put("team/x", { "s3:ObjectCreationOperation": "false" });
    expect(await findDenied({ identity, bucket }, [part])).toEqual([]);
  });
});
