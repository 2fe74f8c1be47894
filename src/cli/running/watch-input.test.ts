import { describe, expect, it } from "vitest";
import { parseArguments } from "../arguments/parse-arguments.js";
import type { Task } from "../command.js";
import { readWatchInput, type WatchInput } from "./watch-input.js";

function read(args: readonly string[], platform: NodeJS.Platform = "linux"): WatchInput {
  const options = ["watch", "interval", "signal", "restart", "as-file", "at", "expect", "replace"] as const;
  const { flags } = parseArguments(["--watch", ...args], options);
  // Nothing else of a task is looked at.
  return readWatchInput({ flags, world: { platform } } as Task);
}

describe("the flags of --watch", () => {
  it.each<[string[], WatchInput]>([
    [[], { interval: 60_000, signal: null }],
    [["--restart"], { interval: 60_000, signal: null }],
    [["--interval", "1s"], { interval: 1_000, signal: null }],
    [["--interval", "1h30m", "--signal", "HUP"], { interval: 5_400_000, signal: "SIGHUP" }],
    [["--signal", "sigusr1"], { interval: 60_000, signal: "SIGUSR1" }],
  ])("%j", (args, input) => {
    expect(read(args)).toEqual(input);
  });

  it.each<[string[], string]>([
    [["--interval", "0s"], "USAGE"],
    [["--interval", "10"], "USAGE"],
    [["--interval", "25d"], "USAGE"],
    [["--signal", "KILL"], "USAGE"],
    [["--signal", "WHATEVER"], "USAGE"],
    [["--signal", "toString"], "USAGE"],
    [["--signal", "HUP", "--restart"], "USAGE"],
    [["--signal", "HUP", "--as-file", "A=fd"], "USAGE"],
    [["--at", "2026-01-01"], "USAGE"],
    [["--expect", "c0123456789"], "USAGE"],
    [["--replace"], "USAGE"],
  ])("refuses %j", (args, code) => {
    expect(() => read(args)).toThrow(expect.objectContaining({ code }));
  });

  it("refuses signals where there are none", () => {
    expect(() => read(["--signal", "HUP"], "win32")).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
    expect(read(["--restart"], "win32").signal).toBeNull();
  });
});
