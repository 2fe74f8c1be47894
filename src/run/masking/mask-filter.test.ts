import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePatterns, MaskFilter } from "./mask-filter.js";

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");

/** What goes out for these chunks, the end included. */
function mask(patterns: readonly (string | Uint8Array)[], chunks: readonly (string | Uint8Array)[]): string {
  const filter = new MaskFilter(compilePatterns(patterns.map((pattern) => Buffer.from(pattern as string, "latin1"))));
  const out = chunks.flatMap((chunk) =>
    filter.push(Buffer.from(chunk as string, "latin1")).map((part) => Buffer.from(part)),
  );
  return Buffer.concat([...out, ...filter.flush()]).toString("latin1");
}

/** The same, said as slowly as it can be: every place is looked at for every pattern. */
function expected(patterns: readonly string[], text: string): string {
  const found: { start: number; end: number }[] = [];
  for (let end = 1; end <= text.length; end++) {
    for (const pattern of patterns) {
      if (pattern === "" || !text.slice(0, end).endsWith(pattern)) continue;
      const run = { start: end - pattern.length, end };
      while ((found.at(-1)?.end ?? 0) > run.start) run.start = Math.min(run.start, found.pop()?.start ?? 0);
      found.push(run);
    }
  }
  let [out, at] = ["", 0];
  for (const { start, end } of found) {
    out += `${text.slice(at, start)}***`;
    at = end;
  }
  return out + text.slice(at);
}

function cut(text: string, sizes: readonly number[]): string[] {
  const chunks: string[] = [];
  let at = 0;
  for (const size of sizes) {
    chunks.push(text.slice(at, at + size));
    at += size;
  }
  return [...chunks, text.slice(at)];
}

describe("a mask filter", () => {
  it.each<[string, string[], string, string]>([
    ["one", ["hunter22"], "password is hunter22, so there", "password is ***, so there"],
    ["at the beginning and the end", ["hunter22"], "hunter22 hunter22", "*** ***"],
    ["one after the other", ["hunter22"], "hunter22hunter22", "******"],
    ["within another", ["hunter22", "xhunter22y"], "xhunter22y xhunter22z", "*** x***z"],
    ["that overlap", ["abcdefgh", "ghijklmn"], "-abcdefghijklmn-", "-***-"],
    ["that overlap with themselves", ["abababab"], "-ababababab-", "-***-"],
    ["that begin alike", ["secret-one", "secret-two"], "secret-one secret-two secret-six", "*** *** secret-six"],
    ["behind a false beginning", ["aaaaaaab"], "aaaaaaaaaab", "aaa***"],
    ["of one byte", ["x"], "axbxx", "a***b******"],
    ["cut by the end, which is no secret any more", ["hunter22"], "say hunter2", "say hunter2"],
    ["none at all", [], "anything", "anything"],
  ])("hides patterns: %s", (_, patterns, text, masked) => {
    expect(mask(patterns, [text])).toBe(masked);
    expect(mask(patterns, text.split(""))).toBe(masked);
    expect(expected(patterns, text)).toBe(masked);
  });

  it("gives what a slow search gives, wherever the text is cut, with patterns of few letters", () => {
    const word = (least: number, most: number) =>
      fc.string({ unit: fc.constantFrom("a", "b", "\0", "\xff"), minLength: least, maxLength: most });
    const patterns = fc.oneof(
      fc.array(word(1, 6), { maxLength: 6 }),
      fc.array(word(8, 12), { minLength: 1, maxLength: 6 }),
    );
    const sizes = fc.array(fc.nat(9), { maxLength: 40 });
    const texts = fc.tuple(patterns, fc.array(fc.nat(9), { maxLength: 9 }), word(0, 60)).map(([all, picks, rest]) => ({
      patterns: all,
      // Random letters alone would hold few of the long patterns.
      text: picks.map((pick) => (all[pick] ?? "").slice(pick % 3)).join(rest.slice(0, 2)) + rest,
    }));
    fc.assert(
      fc.property(texts, sizes, ({ patterns: all, text }, cuts) => {
        expect(mask(all, cut(text, cuts))).toBe(expected(all, text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("lets none of the patterns out, and leaves everything else, with bytes of all kinds", () => {
    const pattern = fc.uint8Array({ minLength: 8, maxLength: 40 }).filter((value) => !value.includes(0x2a));
    const parts = fc.array(fc.oneof(fc.nat(7), fc.uint8Array({ maxLength: 50 })), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 8 }), parts, fc.array(fc.nat(30)), (all, some, cuts) => {
        const patterns = all.map((value) => Buffer.from(value).toString("latin1"));
        const text = some
          .map((part) => (typeof part === "number" ? (patterns[part] ?? "") : Buffer.from(part).toString("latin1")))
          .join("");
        const masked = mask(patterns, cut(text, cuts));
        for (const secret of patterns) expect(masked).not.toContain(secret);
        expect(masked).toBe(expected(patterns, text));
        const harmless = patterns.reduce((rest, secret) => rest.replaceAll(secret, ""), masked.replaceAll("***", "\n"));
        expect(mask(patterns, cut(harmless, cuts))).toBe(expected(patterns, harmless));
      }),
      { numRuns: 300 },
    );
  });

  it("holds back what may become a secret, and no byte more", () => {
    const filter = new MaskFilter(compilePatterns([bytes("hunter22")]));
    const push = (text: string): [string, number] => [Buffer.concat(filter.push(bytes(text))).toString(), filter.held];
    expect(push("say hunt")).toEqual(["say ", 4]);
    expect(push("er2")).toEqual(["", 7]);
    expect(push("3 hun")).toEqual(["hunter23 ", 3]);
    expect(push("ter22")[0]).toBe("***");
    expect(push(".")).toEqual([".", 0]);
  });

  it("hides the rest of a secret whose beginning was let go, once", () => {
    const filter = new MaskFilter(compilePatterns([bytes("hunter22")]));
    const out = [filter.push(bytes("say hunt")), filter.flush(), filter.push(bytes("er22, hun")), filter.flush()];
    expect(out.map((parts) => Buffer.concat(parts).toString())).toEqual(["say ", "hunt", "***, ", "hun"]);
  });

  it("takes other patterns over, also for what it holds", () => {
    const filter = new MaskFilter(compilePatterns([bytes("hunter22")]));
    const out = [...filter.push(bytes("say hunter2"))];
    filter.exchange(compilePatterns([bytes("hunter22"), bytes("er2 is it")]));
    out.push(...filter.push(bytes(" is it, or hunter22")), ...filter.flush());
    expect(Buffer.concat(out).toString()).toBe("say hunt***, or ***");
  });

  it("holds no more when a secret repeats for ever than when it comes once", () => {
    const filter = new MaskFilter(compilePatterns([bytes("aaaaaaaa")]));
    const out = Array.from({ length: 1000 }, () => filter.push(bytes("a".repeat(1000))));
    expect(Buffer.concat(out.flat()).toString()).toBe("***");
    expect(filter.held).toBeLessThanOrEqual(8);
  });

  it("takes a pattern of 100 KiB that comes byte by byte", () => {
    const long = Array.from({ length: 100 * 1024 }, (_, index) =>
      String.fromCharCode(32 + ((index * index) % 89)),
    ).join("");
    const masked = mask([long], ["<", long.slice(0, -1), "\n", ...long.split(""), ">"]);
    // Not toBe: nobody wants to read where they differ.
    expect(masked === `<${long.slice(0, -1)}\n***>`).toBe(true);
  });

  it("hands a chunk without secrets on as it is", () => {
    const filter = new MaskFilter(compilePatterns([bytes("hunter22")]));
    const chunk = Buffer.alloc(65_536, "nothing to see here. ");
    const out = filter.push(chunk);
    expect(out).toHaveLength(1);
    expect(out[0]?.buffer).toBe(chunk.buffer);
  });
});
