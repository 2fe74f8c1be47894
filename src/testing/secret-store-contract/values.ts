import assert from "node:assert/strict";
import type { Capabilities, Change } from "../../core/secret-store.js";
import { Sensitive } from "../../core/sensitive.js";
import { assertRefused, put, type Taste, type Test } from "./words.js";

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const MEBIBYTE = 1024 * 1024;
/** A store that takes more than this is not tried at its limit. */
const TRIED = 64 * MEBIBYTE;

export function testValues(test: Test, can: Capabilities, { takesValue }: Taste): void {
  const values: Readonly<Record<string, Uint8Array>> = {
    "no bytes": new Uint8Array(0),
    "one zero byte": new Uint8Array(1),
    "every byte": EVERY_BYTE,
    "white space only": Buffer.from(" \r\n\t\n"),
    "a byte order mark": Buffer.from("\ufefftext"),
    "no well-formed UTF-8": Uint8Array.of(0xff, 0xfe, 0xc3, 0x28),
    "several lines and quotes": Buffer.from("-----BEGIN-----\n\"a\\b\" 'c' $d `e`\r\n-----END-----\n"),
    "4,096 bytes": new Uint8Array(4096).fill(1),
    "4,097 bytes": new Uint8Array(4097).fill(2),
    "1 MiB": bytesOf(MEBIBYTE),
  };
  for (const [what, bytes] of Object.entries(values)) {
    if (bytes.byteLength > can.maxValueBytes) continue;
    if (!takesValue(bytes)) {
      test(`refuses a value of ${what}, and changes nothing`, async ({ store }) => {
        const change: Change = { op: "put", name: "B", value: Sensitive.from(bytes) };
        await assertRefused(store.commit("prod", [put("A", "x"), change]), "INVALID");
        assert.equal(await store.read("prod/A"), null);
      });
      continue;
    }
    test(`gives back a value of ${what} as it was`, async ({ store, another }) => {
      await store.commit("prod", [{ op: "put", name: "A", value: Sensitive.from(bytes), type: "binary" }]);
      const { secrets } = await (await another()).readAll({ namespace: "prod" });
      for (const secret of [await store.read("prod/A"), secrets[0]]) {
        assert.ok(Buffer.from(bytes).equals(secret?.value.reveal() ?? Buffer.from("none")));
        if (can.metadata.includes("type")) assert.equal(secret?.type, "binary");
      }
    });
  }

  if (can.maxValueBytes < TRIED) {
    test(`refuses a value of more than ${can.maxValueBytes} bytes, and changes nothing`, async ({ store }) => {
      const value = Sensitive.from(new Uint8Array(can.maxValueBytes + 1));
      await assertRefused(store.commit("prod", [put("A", "small"), { op: "put", name: "B", value }]), "INVALID");
      assert.equal(await store.read("prod/A"), null);
    });
  }
}

/** Bytes without a pattern that anything could make shorter, the same each time. */
function bytesOf(length: number): Uint8Array {
  let state = 1;
  return new Uint8Array(length).map(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}
