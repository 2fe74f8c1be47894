import { describe, expect, it } from "vitest";
import { githubActions } from "../../src/env/formats/github-actions.js";
import { CORPUS, entry } from "./corpus.js";
import { ABOUT, carries, encode, prove } from "./proof.js";

/** The runner's reader of `GITHUB_ENV` (actions/runner, `FileCommandManager.cs`): on Windows a line may end in CR LF as well. */
function readFile(text: string, lineEnd: RegExp): Map<string, string> {
  const read = new Map<string, string>();
  let at = 0;
  const nextLine = (): { line: string; start: number; end: number } | null => {
    if (at >= text.length) return null;
    const start = at;
    lineEnd.lastIndex = at;
    const found = lineEnd.exec(text);
    const end = found?.index ?? text.length;
    at = end + (found?.[0].length ?? 0);
    return { line: text.slice(start, end), start, end };
  };
  for (let header = nextLine(); header !== null; header = nextLine()) {
    if (header.line === "") continue;
    const [name, delimiter] = header.line.split("<<", 2);
    if (!name || !delimiter || name.includes("=")) throw new Error("invalid format");
    const start = at;
    let end = at;
    for (let line = nextLine(); line?.line !== delimiter; line = nextLine()) {
      if (line === null) throw new Error("matching delimiter not found");
      end = line.end;
    }
    read.set(name, text.slice(start, end));
  }
  return read;
}

/** What the runner hides after these lines: the data of each command, unescaped. */
function readMasks(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const data = /^::add-mask::(.*)$/s.exec(line)?.[1];
    return data === undefined ? [] : [data.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%")];
  });
}

const masksOf = (text: string): string[] =>
  readMasks(Buffer.from(githubActions.announce?.([entry("A", text)]).reveal() ?? []).toString("utf8"));

describe("github-actions", () => {
  it.each([
    ["Linux and macOS", /\n/g],
    ["Windows", /\r\n|\n/g],
  ] as const)("the runner's reader on %s reads exactly what is not refused", (_, lineEnd) =>
    prove("github-actions", async (bytes) => readFile(Buffer.from(bytes).toString("utf8"), lineEnd)),
  );

  it("masks every value as a whole and each of its lines", () => {
    for (const text of Object.values(CORPUS)) {
      if (!carries(githubActions, text)) continue;
      const parts = [text, ...text.split(/[\r\n]+/)].filter((part) => part.trim() !== "");
      expect(masksOf(text)).toEqual([...new Set(parts)]);
    }
  });

  it("escapes per cent signs and line ends in masks, so that each is one command", () => {
    const text = Buffer.from(githubActions.announce?.([entry("A", "50%\r\nx%0A")]).reveal() ?? []).toString("utf8");
    expect(text).toBe("::add-mask::50%25%0D%0Ax%250A\n::add-mask::50%25\n::add-mask::x%250A\n");
  });

  it("ends each value with a delimiter that another document does not have", () => {
    const write = (nonce: string): string =>
      Buffer.from(githubActions.encode([entry("A", "x\ny")], { ...ABOUT, nonce }).reveal()).toString("utf8");
    expect(write("n1")).toBe("A<<coffer_n1\nx\ny\ncoffer_n1\n");
    expect(() => githubActions.encode([entry("A", "x\ncoffer_n1\nB=evil")], { ...ABOUT, nonce: "n1" })).toThrow(
      /delimiter/,
    );
  });

  it.each(["NODE_OPTIONS", "GITHUB_TOKEN", "runner_temp"])("refuses %s, which the runner keeps for itself", (name) => {
    expect(() => encode(githubActions, [entry(name, "x")])).toThrow(/keeps the variable/);
  });
});
