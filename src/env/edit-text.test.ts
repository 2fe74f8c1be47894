import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Sensitive } from "../core/sensitive.js";
import { openEditText, withStatus } from "./edit-text.js";
import type { EnvEntry } from "./entry.js";

const entry = (name: string, value: string): EnvEntry => ({ name, value: Sensitive.fromText(value) });
const shown = (text: Sensitive): string => Buffer.from(text.reveal()).toString("utf8");
const values = (entries: readonly EnvEntry[]) => entries.map(({ name, value }) => [name, shown(value)]);
const NOTHING = { status: [], leftOut: [], comments: new Map<string, string[]>() };

describe.each(["dotenv", "yaml"] as const)("what is edited as %s", (format) => {
  it("is read back as it was written, whatever stands in the values", async () => {
    const text = await openEditText(format);
    const names = fc.uniqueArray(fc.constantFrom("A", "B_2", "c.d-e", "Z"));
    await fc.assert(
      fc.asyncProperty(
        names,
        fc.infiniteStream(fc.string({ unit: "binary", maxLength: 30 })),
        async (chosen, stream) => {
          const entries = chosen
            .map((name) => entry(name, stream.next().value ?? ""))
            .filter((each) => text.encode(each) !== null);
          const written = text.write({ ...NOTHING, status: ["first", "second\u001b"], entries });
          expect(values(await text.parse(written.reveal()))).toEqual(values(entries));
        },
      ),
    );
  });

  it("may hold nothing but comments, and then has no entry", async () => {
    const text = await openEditText(format);
    const leftOut = [{ name: "RAW", why: "it is bytes" }];
    const comments = new Map([["GONE", ["theirs: x", "theirs: y"]]]);
    const written = text.write({ ...NOTHING, status: ["hello"], entries: [], leftOut, comments });
    expect(shown(written)).toBe("#! hello\n\n# theirs: x\n# theirs: y\n# RAW is left as it is: it is bytes\n");
    expect(await text.parse(written.reveal())).toEqual([]);
    expect(await text.parse(Buffer.from(""))).toEqual([]);
  });

  it("is refused with the line that it has below one line of ours, and never repeated", async () => {
    const text = await openEditText(format);
    const wrong = format === "yaml" ? "A: 1\nB: [hunter2]\n" : "A=1\nB='hunter2\n";
    for (const before of ["", "#! one\n", "#! one\n#! two\n#\u0021\n"]) {
      const parsing = text.parse(Buffer.from(before + wrong));
      await expect(parsing).rejects.toMatchObject({ code: "INVALID", message: expect.stringMatching(/^line:3:/) });
      await expect(parsing).rejects.not.toMatchObject({ message: expect.stringContaining("hunter2") });
    }
  });
});

describe("withStatus", () => {
  it("puts its lines in the place of ours, and leaves all others", () => {
    expect(shown(withStatus(Buffer.from("#! a\n#! b\n\n# c\nA=1"), ["new"]))).toBe("#! new\n\n# c\nA=1");
    expect(shown(withStatus(Buffer.from("A=1\n#! not ours\n"), ["new"]))).toBe("#! new\nA=1\n#! not ours\n");
    expect(() => withStatus(Uint8Array.of(0xff), ["new"])).toThrow("not UTF-8");
  });
});
