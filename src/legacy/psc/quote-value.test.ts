import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exportLine, quoteValue } from "./quote-value.js";

// What psc 0.5.0 printed.
const { quote } = JSON.parse(
  readFileSync(new URL("../../../test/vectors/legacy/psc.json", import.meta.url), "utf8"),
) as { quote: { value: string; quoted: string }[] };

describe("a value for a shell", () => {
  it.each(quote)("$value is quoted as psc does", ({ value, quoted }) => {
    expect(quoteValue(value)).toBe(quoted);
  });

  it("keeps psc's bytes while it has no newline, tab or run of blanks", () => {
    expect(exportLine("A", "x y 'z'")).toBe(`export A='x y '"'"'z'"'"''\n`);
  });

  it.each([
    ["a\nb", `export A="$(printf 'a\\012b')"\n`],
    ["a\tb", `export A="$(printf 'a\\011b')"\n`],
    ["-a  é%", `export A="$(printf '\\055a\\040\\040\\303\\251\\045')"\n`],
    ["a\n", `export A="$(printf 'a\\012\\056')";A="\${A%.}";\n`],
  ])("%j is printed by the shell, in octal", (value, line) => {
    expect(exportLine("A", value)).toBe(line);
  });

  it.each(["=ls", "a:=ls"])("%s is quoted, which zsh would look up", (value) => {
    expect(quoteValue(value)).toBe(`'${value}'`);
  });

  it("refuses a NUL, and does not repeat the value", () => {
    expect(() => exportLine("A", "s3cret\0")).toThrow(
      expect.objectContaining({ code: "INVALID", message: expect.not.stringContaining("s3cret") }),
    );
  });
});
