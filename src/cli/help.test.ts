import { describe, expect, it } from "vitest";
import { VERBS } from "./command-table.js";
import { renderCommandHelp, renderOverview } from "./help.js";

describe("help", () => {
  it("lists every verb", () => {
    const lines = renderOverview(VERBS).split("\n");
    for (const { name, summary } of VERBS) {
      expect(lines.some((line) => line.trim().startsWith(`${name} `) && line.endsWith(summary))).toBe(true);
    }
  });

  it.each(VERBS)("explains $name in lines that fit a page", async (row) => {
    const { name } = row;
    const text = renderCommandHelp(row.name, row.summary, await row.load());
    expect(text).toMatch(new RegExp(`^coffer ${name}: .*\\n\\nUsage: coffer ${name}`));
    expect(text).toContain("Examples:");
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(120);
  });

  it("derives the usage from arguments and flags", async () => {
    const row = VERBS.find(({ name }) => name === "exec");
    if (row === undefined) throw new Error("exec");
    expect(renderCommandHelp(row.name, row.summary, await row.load())).toContain(
      "coffer exec [NS/…] [FLAGS] -- CMD [ARG…]",
    );
  });
});
