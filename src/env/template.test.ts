import { describe, expect, it } from "vitest";
import { Sensitive } from "../core/sensitive.js";
import { isCofferError } from "../errors.js";
import { fillTemplate, parseTemplate } from "./template.js";

const VALUES: Readonly<Record<string, string>> = { A: 'it\'s "x" & ü\n', B: '{{ coffer "A" }}', "ns/C": "c" };

function fill(template: string, values = VALUES): string {
  const filled = fillTemplate(parseTemplate(Buffer.from(template), "t"), (path) =>
    Sensitive.fromText(values[path] ?? ""),
  );
  return Buffer.from(filled.reveal()).toString("utf8");
}

describe("a template", () => {
  it.each([
    ["no braces { } }} at all\r\n", "no braces { } }} at all\r\n"],
    ['\ufeffa={{coffer "ns/C"}}', "\ufeffa=c"],
    ['{{ coffer "ns/C" }}{{ coffer "ns/C" }}', "cc"],
    ['{{ coffer "A" | json }}', '"it\'s \\"x\\" & ü\\n"'],
    ['{{ coffer "A" | yaml }}', '"it\'s \\"x\\" & ü\\n"'],
    ['{{ coffer "A" | sh }}', "'it'\\''s \"x\" & ü\n'"],
    ['{{ coffer "A" | base64 }}', Buffer.from('it\'s "x" & ü\n').toString("base64")],
    ['{{ coffer "A" | urlencode }}', "it%27s%20%22x%22%20%26%20%C3%BC%0A"],
    ['{{ coffer "ns/C" | base64 | json }}', '"Yw=="'],
    ['{{ "{{" }} .x }}', "{{ .x }}"],
  ])("%j gives %j", (template, text) => {
    expect(fill(template)).toBe(text);
  });

  it("does not look into values", () => {
    expect(fill('<{{ coffer "B" }}>')).toBe('<{{ coffer "A" }}>');
  });

  it.each([
    ["a\nb {{ .Values.x }}", "t:2:3: what stands in these braces is not known"],
    ['{{ coffer "A" | upper }}', 't:1:14: there is no filter "upper"'],
    ['{{ coffer "A"', "t:1:1: what stands in these braces is not known"],
    ["{{ coffer A }}", "t:1:1: what stands in these braces is not known"],
    ['{{ coffer "A" "B" }}', "t:1:1: what stands in these braces is not known"],
    ['{{ "x" | json }}', "t:1:1: what stands in these braces is not known"],
    ["{{ }}", "t:1:1: what stands in these braces is not known"],
  ])("%j is refused by its place", (template, message) => {
    expect(() => fill(template)).toThrow(message);
  });

  it("puts bytes in as they are, and refuses them for filters of text", () => {
    const bytes = Sensitive.from(Uint8Array.of(0xff));
    const write = (template: string): Uint8Array =>
      fillTemplate(parseTemplate(Buffer.from(template), "t"), () => bytes).reveal();
    expect([...write('{{ coffer "A" }}')]).toEqual([0xff]);
    expect(Buffer.from(write('{{ coffer "A" | base64 }}')).toString()).toBe("/w==");
    try {
      write('{{ coffer "A" | json }}');
      expect.unreachable();
    } catch (error) {
      expect(isCofferError(error, "UNSUPPORTED") && error.message).toBe(
        'cannot write "A" as json: its value is not UTF-8',
      );
    }
  });
});
