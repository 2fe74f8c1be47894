import { CofferError } from "../../errors.js";
import { decodeUtf8, encodeUtf8 } from "../bytes.js";
import { misshapen, type Shape } from "./shape.js";

/** The version of the format that this program reads and writes. */
export const FORMAT = 1;

const LF = 0x0a;

/** One line of a document as stored: its JSON in the one spelling, and LF. */
export function encodeLine(value: object): Uint8Array {
  return encodeUtf8(`${JSON.stringify(value)}\n`);
}

/**
 * The lines of a document, each with its LF. Throws `INTEGRITY` for bytes that no document can have, `UNSUPPORTED` when another version of
 * the format wrote it.
 */
export function splitLines(bytes: Uint8Array, document: string, limit: number): Uint8Array[] {
  const firstEnd = bytes.indexOf(LF);
  assertVersion(firstEnd < 0 ? bytes : bytes.subarray(0, firstEnd), document);
  if (bytes.byteLength > limit) throw misshapen(document, `has ${bytes.byteLength} bytes, more than ${limit}`);
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.byteLength; ) {
    const end = bytes.indexOf(LF, start);
    if (end < 0) throw misshapen(document, "does not end with a line feed");
    lines.push(bytes.subarray(start, end + 1));
    start = end + 1;
  }
  return lines;
}

/** Reads one line by its shape, and refuses it (`INTEGRITY`) if it is spelt in any other way than ours. */
export function parseLine<T extends object>(line: Uint8Array | undefined, shape: Shape<T>, place: string): T {
  const source = line?.at(-1) === LF ? decodeUtf8(line.subarray(0, -1)) : null;
  const value = shape(parseJson(source), place);
  // Well-formed UTF-8 spells a text in one way, so that equal texts are equal bytes.
  if (JSON.stringify(value) !== source) {
    throw misshapen(place, "is not spelt as this format spells it, or has unknown fields");
  }
  return value;
}

function assertVersion(line: Uint8Array | undefined, document: string): void {
  const head = parseJson(line === undefined ? null : decodeUtf8(line));
  if (typeof head !== "object" || head === null || Array.isArray(head)) throw misshapen(document, "is no document");
  const version: unknown = "coffer" in head ? head.coffer : undefined;
  if (version === FORMAT) return;
  if (typeof version !== "number" || !Number.isSafeInteger(version) || version < 0)
    throw misshapen(document, "is no document of Coffer");
  throw new CofferError(
    "UNSUPPORTED",
    `${document} is in version ${version} of the format; this program reads version ${FORMAT}`,
    {
      hint: "use a newer coffer",
    },
  );
}

function parseJson(source: string | null): unknown {
  if (source === null) return undefined;
  try {
    return JSON.parse(source);
  } catch {
    // JSON.parse quotes what it could not read; nothing stored is shown in an error.
    return undefined;
  }
}
