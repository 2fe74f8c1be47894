import { expect, it } from "vitest";
import { parseBoto } from "./boto.js";

it("finds the key in the section of credentials alone", () => {
  const text =
    "[Boto]\naws_access_key_id = no\r\n\n# x\n[Credentials]\naws_access_key_id=AKID\r\naws_secret_access_key : s/e=c \n[x]\naws_access_key_id = no\n";
  expect(parseBoto(text)).toEqual({ accessKeyId: "AKID", secretAccessKey: "s/e=c" });
});

it.each([
  "",
  "[Credentials]\naws_access_key_id = AKID\n",
  "aws_access_key_id = a\naws_secret_access_key = b\n",
  "[Credentials]\naws_access_key_id =\naws_secret_access_key = b\n",
])("finds no key in %j", (text) => {
  expect(parseBoto(text)).toBeNull();
});

it("finds the key of a profile in its own section alone", () => {
  const text = "[profile a]\naws_access_key_id = A\naws_secret_access_key = x\n[Credentials]\naws_access_key_id = C\n";
  expect(parseBoto(text, "a")).toEqual({ accessKeyId: "A", secretAccessKey: "x" });
  expect(parseBoto(text, "b")).toBeNull();
});
