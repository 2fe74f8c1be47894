import { describe, expect, it } from "vitest";
import { CofferError } from "./errors.js";
import { exitCodeOf, renderFailure } from "./failures.js";

const CANARY = "s3cret-CANARY";

describe("renderFailure", () => {
  it("tells a known failure in two lines", () => {
    const error = new CofferError("NOT_FOUND", "no secret named a/B", { hint: "list them" });
    expect(renderFailure(error)).toBe("coffer: error: no secret named a/B\ncoffer: hint: list them\n");
  });

  it("leaves the hint out where there is none", () => {
    expect(renderFailure(new CofferError("FAILED", "it broke"))).toBe("coffer: error: it broke\n");
  });

  it("paints its two words and nothing else", () => {
    const error = new CofferError("FAILED", "it \u001b[1mbroke", { hint: "mend it" });
    expect(renderFailure(error, { color: true })).toBe(
      "coffer: \u001b[31merror:\u001b[0m it \\u001b[1mbroke\ncoffer: \u001b[36mhint:\u001b[0m mend it\n",
    );
  });

  it("is one line of JSON where that is asked for", () => {
    const text = renderFailure(new CofferError("CONFLICT", "somebody was\nfirst"), { json: true });
    expect(text).toBe('{"error":{"code":"CONFLICT","message":"somebody was\\nfirst","hint":null}}\n');
  });

  it("escapes what acts on a terminal", () => {
    expect(renderFailure(new CofferError("USAGE", "a\u001b[2Jb\u202ec\n"))).toBe(
      "coffer: error: a\\u001b[2Jb\\u202ec\\u000a\n",
    );
  });

  it("shows where an unknown failure happened but not its message, which may hold a value", () => {
    const text = renderFailure(
      new TypeError(`cannot read ${CANARY}\n    and more of ${CANARY}`, { cause: new Error(CANARY) }),
      {
        verbose: true,
      },
    );
    expect(text).toMatch(/^coffer: error: an unexpected TypeError/);
    expect(text).toMatch(/\n {4}at .*failures\.test/);
    expect(text).toContain("report");
    expect(text).not.toContain(CANARY);
  });

  it("does the same in JSON", () => {
    const text = renderFailure(new SyntaxError(CANARY), { json: true });
    expect(JSON.parse(text)).toMatchObject({ error: { code: "FAILED" } });
    expect(text).not.toContain(CANARY);
  });

  it("knows failures of the operating system by their code", () => {
    const error = Object.assign(new Error("ENOSPC: no space left on device, write"), {
      code: "ENOSPC",
      syscall: "write",
      path: "/x",
    });
    expect(renderFailure(error)).toBe("coffer: error: no space left: /x\n");
    expect(exitCodeOf(error)).toBe(1);
  });

  it("names the causes of a known failure, without their messages, when asked to say more", () => {
    const cause = Object.assign(new Error(CANARY), { code: "ECONNRESET" });
    const text = renderFailure(new CofferError("UNREACHABLE", "no answer", { cause }), { verbose: true });
    expect(text).toBe("coffer: error: no answer\ncoffer: caused by: Error ECONNRESET\n");
  });
});

describe("exitCodeOf", () => {
  it.each([
    ["FAILED", 1],
    ["INVALID", 1],
    ["PARTIAL", 1],
    ["USAGE", 2],
    ["UNSUPPORTED", 2],
    ["NOT_FOUND", 3],
    ["CONFLICT", 4],
    ["ACCESS_DENIED", 5],
    ["CONTEXT", 5],
    ["INTEGRITY", 6],
    ["ROLLBACK", 6],
    ["UNREACHABLE", 7],
    ["OUTCOME_UNKNOWN", 8],
    ["INTERRUPTED", 130],
  ] as const)("%s is %i", (code, exit) => {
    expect(exitCodeOf(new CofferError(code, "x"))).toBe(exit);
  });

  it("is 1 for everything unknown", () => {
    expect(exitCodeOf(new Error("x"))).toBe(1);
    expect(exitCodeOf("x")).toBe(1);
  });
});
