import { expect, test } from "vitest";
import { reprText, reprTexts } from "./repr.js";

// What is expected was printed by CPython 3.11.
test.each([
  ["", "''"],
  ["plain", "'plain'"],
  ["it's", '"it\'s"'],
  ['say "it\'s"', "'say \"it\\'s\"'"],
  ["a\\b\n\r\t", "'a\\\\b\\n\\r\\t'"],
  ["\u0000\u007f\u00a0\u00ad", "'\\x00\\x7f\\xa0\\xad'"],
  ["é 世界 😀", "'é 世界 😀'"],
  ["\u200b\u2028\ufeff", "'\\u200b\\u2028\\ufeff'"],
  ["\u{e0001}", "'\\U000e0001'"],
])("%j is %s", (text, repr) => {
  expect(reprText(text)).toBe(repr);
});

test("a list of texts", () => {
  expect([reprTexts([]), reprTexts(["a", "b"])]).toEqual(["[]", "['a', 'b']"]);
});
