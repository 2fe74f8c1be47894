import { nonce } from "./fields.js";
import { encodeLine, FORMAT, parseLine, splitLines } from "./lines.js";
import { misshapen, object, word } from "./shape.js";

/** Where a store says that it is one. */
export const STORE_RECORD_KEY = "coffer.json";

const shape = object({ coffer: word(FORMAT), kind: word("store"), store: nonce });

export function encodeStoreRecord(store: string): Uint8Array {
  return encodeLine({ coffer: FORMAT, kind: "store", store });
}

/** The store id that the record states. Throws `INTEGRITY` or `UNSUPPORTED`. */
export function parseStoreRecord(bytes: Uint8Array): string {
  const lines = splitLines(bytes, STORE_RECORD_KEY, 1024);
  if (lines.length !== 1) throw misshapen(STORE_RECORD_KEY, `has ${lines.length} lines`);
  return parseLine(lines[0], shape, STORE_RECORD_KEY).store;
}
