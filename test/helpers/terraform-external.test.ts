import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LinkDesk, openLinkDesk } from "./link-desk.js";

let desk: LinkDesk;

beforeAll(async () => {
  desk = await openLinkDesk();
  await desk.must(["put", "prod/billing/DB_URL", "canary-1"]);
  await desk.must(["put", "prod/billing/TOKEN", "canary-2"]);
});
afterAll(() => desk.clear());

const ask = (stdin: string) => desk.coffer(["as", "terraform-external"], { stdin });

describe("terraform-external", () => {
  it.each([
    ['{"namespace":"prod/billing"}', { DB_URL: "canary-1", TOKEN: "canary-2" }],
    ['{"namespace":"prod/billing/","only":"TOKEN"}', { TOKEN: "canary-2" }],
  ])("answers %s with an object of texts", async (query, expected) => {
    const { code, stdout } = await ask(query);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(expected);
  });

  it.each([
    ['{"namespace":"prod/billing","only":"NONE"}', 1],
    ['{"namespace":1}', 2],
    ['{"namespace":"prod/billing","typo":"x"}', 2],
    ['["canary"]', 1],
    ["", 1],
  ])("%s ends with an error on stderr alone", async (query, expected) => {
    const { code, stdout, stderr } = await ask(query);
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    expect(stderr).toMatch(/^coffer: error: /);
    expect(stderr).not.toContain("canary");
  });
});
