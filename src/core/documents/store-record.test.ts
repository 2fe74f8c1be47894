import { describe, expect, it } from "vitest";
import { STORE } from "../../testing/sample-documents.js";
import { encodeStoreRecord, parseStoreRecord } from "./store-record.js";

const parse = (text: string): string => parseStoreRecord(Buffer.from(text));

describe("a store's record", () => {
  it("says which store it is, in one line", () => {
    const text = `{"coffer":1,"kind":"store","store":"${STORE}"}\n`;
    expect(Buffer.from(encodeStoreRecord(STORE)).toString("utf8")).toBe(text);
    expect(parse(text)).toBe(STORE);
  });

  it.each([
    "",
    "\n",
    "{}\n",
    "[]\n",
    "null\n",
    `{"coffer":1,"kind":"store","store":"${STORE}"}`,
    `{"coffer":1,"kind":"store","store":"${STORE}"}\n\n`,
    `{"coffer":1,"kind":"store","store":"${STORE}"}\n{}\n`,
    `{"coffer":1,"kind":"store","store":"${STORE}","more":1}\n`,
    `{"coffer":1,"kind":"head","store":"${STORE}"}\n`,
    `{"kind":"store","coffer":1,"store":"${STORE}"}\n`,
    `{"coffer":1,"kind":"store","store":"AAAA"}\n`,
    `{"coffer":1,"kind":"store","store":"${STORE}${" ".repeat(1024)}"}\n`,
    `{"coffer":"1","kind":"store","store":"${STORE}"}\n`,
  ])("is not %j", (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "INTEGRITY" }));
  });

  it("of another format is UNSUPPORTED, whatever it says", () => {
    expect(() => parse('{"coffer":2,"new":[]}')).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
  });
});
