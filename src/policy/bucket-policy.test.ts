import { describe, expect, it } from "vitest";
import { type Denial, denyPlainConnections, denyUnconditionalPuts, hasDenial, mergeDenials } from "./bucket-policy.js";

const PLACE = { arn: "arn:aws:s3:::acme-secrets", prefix: "team/" };
const OURS: readonly Denial[] = [denyPlainConnections(PLACE), denyUnconditionalPuts(PLACE)];
const THEIRS = {
  Sid: "Theirs",
  Effect: "Allow",
  Principal: { AWS: "111122223333" },
  Action: "s3:GetObject",
  Resource: "*",
};
const policyOf = (...Statement: readonly object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });

describe("a bucket's policy", () => {
  it("has both denials once they are merged, and all that it had", () => {
    const merged = mergeDenials(policyOf(THEIRS), OURS);
    expect(JSON.parse(merged).Statement).toEqual([THEIRS, ...OURS]);
    expect(OURS.every((denial) => hasDenial(merged, denial))).toBe(true);
    expect(mergeDenials(merged, OURS)).toBe(merged);
  });

  it("is made where there is none", () => {
    expect(JSON.parse(mergeDenials(null, OURS))).toEqual({ Version: "2012-10-17", Statement: OURS });
  });

  it("gets ours in the place of an older one of ours, and two stores in one bucket have one each", () => {
    const [tls, puts] = OURS;
    const older = { ...puts, Condition: {} };
    const merged = mergeDenials(policyOf(older, THEIRS), OURS);
    expect(JSON.parse(merged).Statement).toEqual([puts, THEIRS, tls]);
    const other = denyUnconditionalPuts({ ...PLACE, prefix: "other/" });
    expect(JSON.parse(mergeDenials(merged, [other])).Statement).toHaveLength(4);
  });

  it.each([
    ["under another name", { Sid: "DenyInsecure" }],
    ["for everybody in long", { Principal: { AWS: "*" } }],
    ["with lists of one", { Action: ["s3:*"], Condition: { Bool: { "aws:SecureTransport": ["false"] } } }],
    [
      "with a boolean, in another order",
      { Resource: [...[PLACE.arn, `${PLACE.arn}/*`].reverse()], Condition: { Bool: { "aws:SecureTransport": false } } },
    ],
  ])("has the denial %s", (_, change) => {
    const tls = denyPlainConnections(PLACE);
    expect(hasDenial(policyOf({ ...tls, ...change }), tls)).toBe(true);
  });

  it.each([
    ["allows it", { Effect: "Allow" }],
    ["names somebody", { Principal: { AWS: "111122223333" } }],
    ["is of the objects alone", { Resource: `${PLACE.arn}/*` }],
    [
      "has one more condition",
      { Condition: { Bool: { "aws:SecureTransport": "false" }, Null: { "aws:userid": "true" } } },
    ],
  ])("has it not where the statement %s", (_, change) => {
    const tls = denyPlainConnections(PLACE);
    expect(hasDenial(policyOf({ ...tls, ...change }), tls)).toBe(false);
  });

  it.each([
    ["a statement of its name that allows", policyOf({ ...THEIRS, Sid: "CofferTlsOnly" })],
    ["a text that is no policy", "{"],
    ["a policy of the version that knows no escapes", JSON.stringify({ Version: "2008-10-17", Statement: [THEIRS] })],
  ])("is not touched where it has %s", (_, policy) => {
    const wild = denyUnconditionalPuts({ ...PLACE, prefix: "a*b/" });
    expect(() => mergeDenials(policy, [...OURS, wild])).toThrow(expect.objectContaining({ code: "CONFLICT" }));
  });
});
