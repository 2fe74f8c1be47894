import { describe, expect, it } from "vitest";
import { Sensitive } from "../core/sensitive.js";
import { isCofferError } from "../errors.js";
import { buildEnvironment, type EnvironmentRequest } from "./merge.js";

type Values = Record<string, string | Uint8Array>;

function entriesOf(values: Values): EnvironmentRequest["entries"] {
  return Object.entries(values).map(([name, value]) => ({
    name,
    value: typeof value === "string" ? Sensitive.fromText(value) : Sensitive.from(value),
  }));
}

function build(values: Values, options: Partial<EnvironmentRequest> = {}): Record<string, string> {
  const defaults = { base: {}, pristine: false, allow: [], platform: "linux" } as const;
  return buildEnvironment({ ...defaults, entries: entriesOf(values), ...options });
}

function refusal(
  values: Values,
  options: Partial<EnvironmentRequest> = {},
): { message: string; hint: string | undefined } {
  try {
    build(values, options);
  } catch (error) {
    if (isCofferError(error, "USAGE")) return { message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error("it was accepted");
}

describe("buildEnvironment", () => {
  const base = {
    PATH: "/bin",
    DB: "old",
    GONE: undefined,
    COFFER_PASSPHRASE: "x",
    COFFER_STORE: "y",
    "BASH_FUNC_x%%": "()",
  };

  it("lays the entries over the base, without our own variables", () => {
    expect({ ...build({ DB: "new", KEY: "é\n" }, { base }) }).toEqual({
      PATH: "/bin",
      DB: "new",
      KEY: "é\n",
      "BASH_FUNC_x%%": "()",
    });
  });

  it("gives a pristine child the entries and nothing else", () => {
    expect({ ...build({ DB: "new" }, { base, pristine: true }) }).toEqual({ DB: "new" });
  });

  it("takes __proto__ as a name", () => {
    expect(Object.keys(build(Object.fromEntries([["__proto__", "1"]])))).toEqual(["__proto__"]);
  });

  it("lists everything that it refuses, and why", () => {
    const { message, hint } = refusal({
      "my.db": "canary",
      PATH: "canary",
      LD_PRELOAD: "canary",
      COFFER_KEY: "canary",
      OK: "1",
    });
    expect(message).toBe(
      'cannot put into the environment: "my.db" (no name for an environment variable); ' +
        "COFFER_KEY (reserved for coffer itself); " +
        "PATH, LD_PRELOAD (able to run code in the program or to redirect it)",
    );
    expect(hint).toMatch(/--map VAR=NAME.*--upper.*--allow NAME/);
  });

  it("lets a dangerous name through that is allowed, and no other", () => {
    expect({ ...build({ PATH: "/opt/bin" }, { allow: ["PATH"] }) }).toEqual({ PATH: "/opt/bin" });
    expect(refusal({ PATH: "1", HOME: "2" }, { allow: ["PATH"] }).message).not.toMatch(/PATH/);
  });

  it("never lets our own names through", () => {
    expect(refusal({ COFFER_KEY: "1" }, { allow: ["COFFER_KEY"] }).message).toMatch(/COFFER_KEY/);
  });

  it.each([
    ["NUL", "ab\0", /A \(holding a NUL byte/],
    ["bytes that are not UTF-8", Uint8Array.from([0xc3]), /A \(not UTF-8/],
  ])("refuses %s in a value", (_, value, message) => {
    expect(refusal({ A: value }).message).toMatch(message);
  });

  it("takes a string of 128 KiB with its NUL, and not a byte more", () => {
    const fits = "é".repeat((128 * 1024 - 4) / 2);
    expect(build({ AB: fits })).toHaveProperty("AB", fits);
    expect(refusal({ ABC: fits }).message).toMatch(
      /ABC \(too long \(a Linux environment string holds at most 128 KiB\)\)/,
    );
    expect(build({ ABC: fits }, { platform: "darwin" })).toHaveProperty("ABC", fits);
  });

  it("refuses two entries of one name", () => {
    const entries = [...entriesOf({ A: "1" }), ...entriesOf({ A: "1" })];
    expect(refusal({}, { entries }).message).toBe("cannot put into the environment: A (given more than once)");
  });

  describe("on Windows", () => {
    const platform = "win32";

    it("refuses names that differ in case alone", () => {
      expect(refusal({ Db: "1", DB: "2" }, { platform }).message).toMatch(/Db, DB \(given more than once\)/);
    });

    it("replaces a variable of the base whatever its case, and leaves ours out", () => {
      expect({ ...build({ DB: "new" }, { platform, base: { Db: "old", Coffer_Key: "x", Path: "p" } }) }).toEqual({
        DB: "new",
        Path: "p",
      });
    });

    it("knows a dangerous name in any case, refused or allowed", () => {
      expect(refusal({ Path: "1" }, { platform }).message).toMatch(/Path/);
      expect({ ...build({ Path: "1" }, { platform, allow: ["PATH"] }) }).toEqual({ Path: "1" });
    });
  });
});
