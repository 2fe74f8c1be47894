import { describe, expect, it } from "vitest";
import { findProfile, findRegion } from "./settings.js";

describe("findRegion", () => {
  it("takes the setting, then AWS_REGION, then AWS_DEFAULT_REGION, and leaves the rest to the SDK", () => {
    const env = { AWS_REGION: "eu-central-1", AWS_DEFAULT_REGION: "us-east-1" };
    expect(findRegion({ region: "eu-west-1", env })).toBe("eu-west-1");
    expect(findRegion({ env })).toBe("eu-central-1");
    expect(findRegion({ env: { ...env, AWS_REGION: "" } })).toBe("us-east-1");
    expect(findRegion({ env: {} })).toBeUndefined();
  });

  it.each(["eu/central", "eu.central", "-eu", "a@b", "EU"])(
    "refuses %j, which would become part of a host's name",
    (region) => {
      expect(() => findRegion({ region, env: {} })).toThrow(expect.objectContaining({ code: "USAGE" }));
    },
  );
});

describe("findProfile", () => {
  const key = { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret" };

  it("takes the setting, then AWS_PROFILE, then AWS_DEFAULT_PROFILE", () => {
    const env = { AWS_PROFILE: "one", AWS_DEFAULT_PROFILE: "two" };
    expect(findProfile({ profile: "mine", env })).toBe("mine");
    expect(findProfile({ env })).toBe("one");
    expect(findProfile({ env: { AWS_DEFAULT_PROFILE: "two" } })).toBe("two");
    expect(findProfile({ env: {} })).toBeUndefined();
  });

  it("lets a key in the environment win over AWS_DEFAULT_PROFILE alone", () => {
    expect(findProfile({ env: { ...key, AWS_DEFAULT_PROFILE: "two" } })).toBeUndefined();
    expect(findProfile({ env: { ...key, AWS_PROFILE: "one" } })).toBe("one");
  });
});
