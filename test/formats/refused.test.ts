import { describe, expect, it } from "vitest";
import { Sensitive } from "../../src/core/sensitive.js";
import { FORMATS } from "../../src/env/formats/table.js";
import { CORPUS, type Nasty } from "./corpus.js";
import { ABOUT, carries } from "./proof.js";

const LINE_ENDS = ["every byte", "LF", "LF at the end", "CR LF", "delimiters", "PEM"] as const;

/** What each format refuses of the corpus. That all else arrives exactly, the files beside this one show by who reads it. */
const REFUSED: Readonly<Record<string, readonly Nasty[]>> = {
  dotenv: ["every byte", "CR", "CR at the end", "CR LF", "all quotes"],
  json: [],
  yaml: [],
  toml: [],
  csv: [],
  ini: ["true", "null"],
  properties: [],
  sh: [],
  bash: [],
  zsh: [],
  fish: [],
  powershell: ["empty", "100 KiB"],
  cmd: [
    ...LINE_ENDS,
    ...(["empty", "CR", "CR at the end", "tab", "BOM", "emoji", "not NFC", "line separators", "100 KiB"] as const),
    ...(["plain", "all quotes", "double quotes", "doubled quotes"] as const),
    ...(["exclamation mark", "percent variable", "percent alone", "template"] as const),
  ],
  "node-dotenv": ["every byte", "CR", "CR at the end", "CR LF", "all quotes"],
  "python-dotenv": ["variable", "template"],
  "ruby-dotenv": [
    ...LINE_ENDS,
    ...(["CR", "CR at the end", "backslash at the end"] as const),
    ...(["single quote, then backslash", "command, and single quote"] as const),
  ],
  docker: [...LINE_ENDS, "CR at the end", "100 KiB"],
  compose: ["backslash at the end"],
  systemd: [],
  "github-actions": ["CR at the end"],
  gitlab: [
    ...LINE_ENDS,
    ...(["words", "CR", "CR at the end", "tab", "BOM", "emoji", "line separators", "100 KiB"] as const),
    ...(["double quotes", "single quote, then backslash", "escape as text", "exclamation mark"] as const),
    ...(["command", "command, and single quote", "variable", "variable, and single quote", "lone dollars"] as const),
    ...(["blanks around", "number sign", "number sign behind a blank", "semicolon", "template"] as const),
  ],
  k8s: [],
  tfvars: ["not NFC"],
  "xargs-0": [],
};

// Those that are made for bytes.
const BYTES = new Set(["k8s", "xargs-0"]);

describe.each(FORMATS)("$name", ({ name, load }) => {
  it("refuses these values of the corpus, by name and without the value, and no others", async () => {
    const format = await load();
    const refused = Object.entries(CORPUS).flatMap(([what, text]) => (carries(format, text) ? [] : [what]));
    expect(refused.sort()).toEqual([...(REFUSED[name] ?? ["not in the table"])].sort());
  });

  it(`${BYTES.has(name) ? "carries" : "refuses"} bytes that are no text`, async () => {
    const format = await load();
    const write = (): unknown =>
      format.encode([{ name: "RAW", value: Sensitive.from(Uint8Array.of(0x61, 0xff)) }], ABOUT);
    if (BYTES.has(name)) expect(write).not.toThrow();
    else expect(write).toThrow(/"RAW".* not UTF-8/);
  });

  it("refuses two entries of one name", async () => {
    const format = await load();
    const one = { name: "A", value: Sensitive.fromText("x") };
    expect(() => format.encode([one, one], ABOUT)).toThrow(/"A" is given twice/);
  });
});
