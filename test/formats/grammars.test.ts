import { describe, expect, it } from "vitest";
import { cmd } from "../../src/env/formats/cmd.js";
import { compose } from "../../src/env/formats/compose.js";
import { gitlab } from "../../src/env/formats/gitlab.js";
import { powershell } from "../../src/env/formats/powershell.js";
import { entry } from "./corpus.js";
import { type Consumer, encode, prove } from "./proof.js";

/** Readers of programs that are not at hand where this runs, written from their documentation. */

const lines = (bytes: Uint8Array, end: string): string[] => Buffer.from(bytes).toString("utf8").split(end).slice(0, -1);

/** https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules: verbatim strings, and two calls of .NET. */
const readPowerShell: Consumer = async (bytes) =>
  new Map(
    lines(bytes, "\n").map((line) => {
      const [, name = "", value = ""] = /^\$env:([A-Za-z_][A-Za-z0-9_]*) = (.*)$/s.exec(line) ?? [];
      const base64 =
        /^\[Text\.Encoding\]::UTF8\.GetString\(\[Convert\]::FromBase64String\('([A-Za-z0-9+/=]*)'\)\)$/.exec(value);
      if (base64 !== null) return [name, Buffer.from(base64[1] ?? "", "base64").toString("utf8")];
      const verbatim = /^'((?:[^'\u2018-\u201b]|'')*)'$/.exec(value)?.[1];
      if (verbatim === undefined) throw new Error(`not one string: ${line}`);
      return [name, verbatim.replaceAll("''", "'")];
    }),
  );

/** A batch file: percent expansion comes first and knows no quotes; then the text between the first and the last quote of `set` counts. */
const readBatch: Consumer = async (bytes) =>
  new Map(
    lines(bytes, "\r\n").map((line) => {
      expect(line).not.toMatch(/[%!\r\n]/);
      const [, name = "", value = ""] = /^@set "([^="]+)=([^"]*)"$/.exec(line) ?? [];
      return [name, value];
    }),
  );

/** `Ci::ParseDotenvArtifactService`: each line by this pattern, both sides stripped. */
const readGitlab: Consumer = async (bytes) =>
  new Map(
    lines(bytes, "\n").map((line) => {
      const [, name = "", value = ""] = /^(.*?)=(.*)$/.exec(line) ?? [];
      return [name.trim(), value.trim()];
    }),
  );

const COMPOSE_ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  c: "c",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** compose-go, `dotenv/parser.go` and `template.go`: single quotes literal; in double ones escapes, then `$$`. */
const readCompose: Consumer = async (bytes) => {
  const text = Buffer.from(bytes).toString("utf8").replaceAll("\r\n", "\n");
  const read = new Map<string, string>();
  const ENTRY = /([A-Za-z_][A-Za-z0-9_]*)=(?:'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\n]*))\n/sy;
  for (let match = ENTRY.exec(text); match !== null; match = ENTRY.exec(text)) {
    const [, name = "", literal, quoted, bare = ""] = match;
    const escaped = quoted?.replace(
      /\\([abcfnrtv"\\$])/g,
      (_, one: string) => COMPOSE_ESCAPES[one] ?? (one === "$" ? "$$" : one),
    );
    expect((escaped ?? bare).replaceAll("$$", "")).not.toContain("$");
    read.set(name, literal ?? (escaped ?? bare).replaceAll("$$", "$"));
  }
  return read;
};

describe("by the documented grammar", () => {
  it.each([
    ["powershell", readPowerShell],
    ["cmd", readBatch],
    ["gitlab", readGitlab],
    ["compose", readCompose],
  ] as const)("%s: exactly what is not refused is read back", (format, consume) => prove(format, consume));

  it.each([
    ["powershell", powershell],
    ["cmd", cmd],
  ] as const)("%s: two names that are one on Windows are refused", (_, format) => {
    expect(() => encode(format, [entry("Path_A", "x"), entry("PATH_A", "y")])).toThrow(/"PATH_A".*another name/);
  });

  it("powershell: nothing but ASCII, so that no code page matters", () => {
    expect(Buffer.from(encode(powershell, [entry("A", "‘ü’\n")])).toString("latin1")).toMatch(/^[\n -~]*$/);
    expect(Buffer.from(encode(powershell, [entry("A", "it's $x `n")])).toString()).toBe("$env:A = 'it''s $x `n'\n");
  });

  it("compose: a single quote and a dollar sign in one value", () => {
    expect(Buffer.from(encode(compose, [entry("A", "it's $HOME")])).toString()).toBe(`A="it's $$HOME"\n`);
  });

  it("gitlab: a report that is too long is refused as a whole", () => {
    const entries = ["A", "B"].map((name) => entry(name, "x".repeat(3000)));
    expect(() => encode(gitlab, entries)).toThrow("a GitLab dotenv report holds at most 5120 bytes, this one 6006");
  });
});
