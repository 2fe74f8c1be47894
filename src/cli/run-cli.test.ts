import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { CofferError } from "../errors.js";
import { OutputClosed, type World } from "../world.js";
import { runCli } from "./run-cli.js";

const CANARY = "s3cret-CANARY";

/** A world without files, persons or machines, and what was written in it. */
function makeWorld(changes: Partial<World> = {}): { world: World; written: { stdout: string; stderr: string } } {
  const written = { stdout: "", stderr: "" };
  const output = (name: "stdout" | "stderr"): World["stdout"] => ({
    isTerminal: false,
    write: async (data) => {
      written[name] += Buffer.from(data).toString("utf8");
    },
  });
  const world: World = {
    stdin: { kind: "none", stream: Readable.from([]) },
    stdout: output("stdout"),
    stderr: output("stderr"),
    env: { COFFER_STORE: "memory:", COFFER_KEY: "key-file:/nowhere/at/all" },
    platform: "linux",
    now: () => new Date(0),
    author: () => "ann@desk",
    signal: new AbortController().signal,
    releaseSignals: () => {},
    ...changes,
  };
  return { world, written };
}

describe("runCli", () => {
  it("prints help on stdout and resolves to 0", async () => {
    const { world, written } = makeWorld();
    expect(await runCli(["--help"], world)).toBe(0);
    expect(written.stdout).toContain("Usage: coffer VERB");
    expect(written.stderr).toBe("");
  });

  it("turns a mistake of ours into exit 1, a place and a request to report it, without its message", async () => {
    const author = (): never => {
      throw new TypeError(CANARY);
    };
    const { world, written } = makeWorld({ author });
    expect(await runCli(["put", "A", "x", "-v"], world)).toBe(1);
    expect(written.stderr).toMatch(/^coffer: error: an unexpected TypeError.*\ncoffer: hint: please report.*\n {4}at /);
    expect(written.stderr).not.toContain(CANARY);
  });

  it.each([
    [["get", "A"], 3],
    [["exec", "--", "true"], 125],
    [["exec", "--frobnicate"], 125],
    [["frobnicate"], 2],
  ])("%j in an empty store is %i", async (args, code) => {
    expect(await runCli(args, makeWorld().world)).toBe(code);
  });

  it("is 0 and silent when nobody reads its output any more", async () => {
    const closed = { isTerminal: false, write: () => Promise.reject(new OutputClosed("closed")) };
    const { world, written } = makeWorld({ stdout: closed });
    expect(await runCli(["help"], world)).toBe(0);
    expect(written.stderr).toBe("");
  });

  it("is 130 when it was stopped", async () => {
    const signal = AbortSignal.abort(new CofferError("INTERRUPTED", "stopped by SIGINT"));
    const { world, written } = makeWorld({ signal });
    expect(await runCli(["get", "A"], world)).toBe(130);
    expect(written.stderr).toBe("coffer: error: stopped by SIGINT\n");
  });

  it("says nothing but errors with --quiet, and no word of it on stdout", async () => {
    const { world, written } = makeWorld();
    expect(await runCli(["get", "A", "--quiet"], world)).toBe(3);
    expect(written.stderr).toMatch(/^coffer: error: there is no store at memory:.*\ncoffer: hint: .*\n$/);
    expect(written.stdout).toBe("");
  });
});
