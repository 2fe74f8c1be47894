import { describe, expect, it } from "vitest";
import { parsePlace } from "./place.js";

describe("a place in Parameter Store", () => {
  it.each([
    ["ssm:/app", "prod/billing", "A", "/app/prod/billing/A"],
    ["ssm:/app/", "", "A", "/app/A"],
    ["ssm:/app/team", "prod", "A", "/app/team/prod/A"],
    ["ssm:/", "", "A", "/A"],
    ["ssm:/?tier=advanced", "prod", "A", "/prod/A"],
    ["ssm:", "", "staging.db_url", "staging.db_url"],
    ["ssm:", "prod", "A", "/prod/A"],
  ])("%s has %s/%s as %s, and back", (url, namespace, name, parameter) => {
    const place = parsePlace(url);
    expect(place.nameOf({ namespace, name })).toBe(parameter);
    expect(place.find(parameter)).toEqual({ namespace, name });
  });

  it.each([
    ["ssm:/app", "/application/A"],
    ["ssm:/app", "/app"],
    ["ssm:/app", "app.A"],
    ["ssm:/", "A"],
    ["ssm:", "/A"],
  ])("%s has no %s", (url, parameter) => {
    expect(parsePlace(url).find(parameter)).toBeNull();
  });

  it.each([
    ["ssm:/app/", "ssm:/app"],
    ["ssm:/", "ssm:/"],
    ["ssm:?kms-key=x", "ssm:"],
  ])("%s is written as %s", (url, written) => {
    expect(parsePlace(url).url).toBe(written);
  });

  it.each(["ssm:app", "ssm://app", "ssm:/a//b", "ssm:/a b", "ssm:/é", `ssm:${"/a".repeat(15)}`])(
    "refuses %s",
    (url) => {
      expect(() => parsePlace(url)).toThrow(expect.objectContaining({ code: "USAGE" }));
    },
  );
});
