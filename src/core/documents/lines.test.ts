import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeLine, parseLine, splitLines } from "./lines.js";
import { object, text } from "./shape.js";

const integrity = expect.objectContaining({ code: "INTEGRITY" });
const shape = object({ text: text(0, 1_000_000) });

describe("a line", () => {
  it("escapes as little as JSON allows", () => {
    const given = { text: '"\\/\b\t\n\f\r\u0000\u001f\u007f\u2028é😀<' };
    const line = '{"text":"\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\u007f\u2028é😀<"}\n';
    expect(Buffer.from(encodeLine(given)).toString("utf8")).toBe(line);
    expect(parseLine(Buffer.from(line), shape, "it")).toEqual(given);
  });

  it("is read as it was written, and any other spelling is refused", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (given) => {
        const line = encodeLine({ text: given });
        expect(parseLine(line, shape, "it")).toEqual({ text: given });
        const spaced = Buffer.from(Buffer.from(line).toString("utf8").replace(":", ": "));
        expect(() => parseLine(spaced, shape, "it")).toThrow(integrity);
      }),
    );
  });

  it.each([
    '{"text":"a"}',
    '{"text":"a"}\r\n',
    ' {"text":"a"}\n',
    '{"text":"a"} \n',
    '{"text":"\\u0061"}\n',
    '{"text":"\\/"}\n',
    '{"text":"\\u001F"}\n',
    '{"text":"\\ud83d\\ude00"}\n',
    '{"text":"\\ud800"}\n',
    '{"text":"a","text":"a"}\n',
    '{"text":"b","text":"a"}\n',
    '{"text":"a","__proto__":{}}\n',
    '{"__proto__":{"text":"a"}}\n',
    '{"text":"a",}\n',
    "{'text':'a'}\n",
    '{"text":"a"}{}\n',
    "",
    "\n",
  ])("is not %j", (line) => {
    expect(() => parseLine(Buffer.from(line), shape, "it")).toThrow(integrity);
  });

  it("is not what is not there", () => {
    expect(() => parseLine(undefined, shape, "it")).toThrow(integrity);
  });
});

describe("the lines of a document", () => {
  it("keep their line feeds and are all of its bytes", () => {
    const lines = splitLines(Buffer.from('{"coffer":1}\nsecond\n\n'), "it", 100);
    expect(lines.map((line) => Buffer.from(line).toString("utf8"))).toEqual(['{"coffer":1}\n', "second\n", "\n"]);
  });

  it("end, each of them", () => {
    expect(() => splitLines(Buffer.from('{"coffer":1}\nsecond'), "it", 100)).toThrow(integrity);
  });

  it("are not longer than the limit, unless another format wrote them", () => {
    const document = (format: number): Uint8Array => Buffer.from(`{"coffer":${format}}\n${"x".repeat(20)}\n`);
    expect(splitLines(document(1), "it", document(1).byteLength)).toHaveLength(2);
    expect(() => splitLines(document(1), "it", document(1).byteLength - 1)).toThrow(integrity);
    expect(() => splitLines(document(3), "it", 1)).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
  });
});
