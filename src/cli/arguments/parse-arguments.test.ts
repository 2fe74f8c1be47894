import { describe, expect, it } from "vitest";
import { outlineArguments, parseArguments } from "./parse-arguments.js";

const CANARY = "s3cret-CANARY";

function failure(...args: string[]): { code: string; message: string; hint: string } {
  try {
    parseArguments(args, ["comment", "context", "output", "no-newline", "limit", "version"]);
  } catch (error) {
    const { code, message, hint = "" } = error as { code: string; message: string; hint?: string };
    return { code, message, hint };
  }
  throw new Error(`accepted: ${args.join(" ")}`);
}

describe("outlineArguments", () => {
  it("finds the verb behind flags and their values", () => {
    const { verb, others } = outlineArguments(["-s", "folder:/x", "--json", "get", "NAME", "-n"]);
    expect(verb).toBe("get");
    expect(others).toEqual(["-s", "folder:/x", "--json", "NAME", "-n"]);
  });

  it.each([
    { args: ["--version"], wants: true },
    { args: ["-V", "get"], wants: true },
    { args: ["get", "--version", "3"], wants: false },
    { args: ["exec", "--", "node", "--version"], wants: false },
  ])("takes $args for a question for our own version: $wants", ({ args, wants }) => {
    expect(outlineArguments(args).wantsVersion).toBe(wants);
  });

  it("finds no verb behind --", () => {
    expect(outlineArguments(["--", "get"]).verb).toBeUndefined();
  });

  it("sees flags of ours before -- alone", () => {
    expect(outlineArguments(["exec", "--", "x", "--json", "--help"])).toMatchObject({ json: false, wantsHelp: false });
  });
});

describe("parseArguments", () => {
  it("takes flags anywhere, with = or a space before their value", () => {
    const { flags, positionals } = parseArguments(
      ["A", "--comment=x y", "B", "-o", "file", "--json"],
      ["comment", "output"],
    );
    expect(positionals).toEqual(["A", "B"]);
    expect(flags.text("comment")).toBe("x y");
    expect(flags.text("output")).toBe("file");
    expect(flags.has("json")).toBe(true);
  });

  it("keeps what stands behind -- byte for byte", () => {
    const { rest } = parseArguments(["NS/", "--", "cmd", "--", "-n", "--json", "", "-"], []);
    expect(rest).toEqual(["cmd", "--", "-n", "--json", "", "-"]);
  });

  it("collects flags that may repeat", () => {
    expect(parseArguments(["-c", "a=1", "-c", "b=2=="], ["context"]).flags.all("context")).toEqual(["a=1", "b=2=="]);
  });

  it("takes a lone hyphen and an empty text for arguments and values", () => {
    const { flags, positionals } = parseArguments(["-", "", "-o", "-", "--comment", ""], ["output", "comment"]);
    expect(positionals).toEqual(["-", ""]);
    expect(flags.text("output")).toBe("-");
    expect(flags.text("comment")).toBe("");
  });

  it.each([["-n5"], ["-qv"], ["-n=5"], ["-ofile"], ["-vq"], ["-5n"]])("refuses the cluster %s", (cluster) => {
    expect(failure(cluster)).toMatchObject({ code: "USAGE" });
  });

  it.each([
    { args: ["--comment"], says: "--comment needs a value" },
    { args: ["-o"], says: "--output needs a value" },
    { args: ["--comment", "--json"], says: "--comment needs a value" },
    { args: ["--comment", "a", "--comment", "b"], says: "--comment is given twice" },
    { args: ["--json=yes"], says: "--json takes no value" },
    { args: ["--prune"], says: "unknown flag --prune" },
    { args: ["-l"], says: "unknown flag -l" },
  ])("refuses $args", ({ args, says }) => {
    expect(failure(...args)).toMatchObject({ code: "USAGE", message: says });
  });

  it("guesses what was meant and does not take it", () => {
    expect(failure("--coment", "x").hint).toBe("did you mean --comment?");
  });

  it("takes a value that begins with a hyphen behind = alone", () => {
    expect(parseArguments(["--comment=-x"], ["comment"]).flags.text("comment")).toBe("-x");
  });

  it.each([
    [`-${CANARY}`],
    [`--${CANARY}`],
    [`--${CANARY}=x`],
    [`--json=${CANARY}`],
    [`--unknown=${CANARY}`],
    [`-n${CANARY}`],
    [`-----BEGIN ${CANARY}`],
    ["--comment", `-${CANARY}`],
  ])("never repeats what may be a value: %s", (...args) => {
    const { code, message, hint } = failure(...args);
    expect(code).toBe("USAGE");
    expect(message + hint).not.toContain(CANARY);
  });
});
