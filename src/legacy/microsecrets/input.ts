import { decodeUtf8 } from "../../core/bytes.js";
import { CofferError } from "../../errors.js";
import { Python2Dict } from "../python2/dict.js";
import { readPython2Json } from "../python2/read-json.js";
import { isOfTexts, namesOfOthers } from "./format.js";

// What `strip` of Python 2 takes away from bytes.
const OUTER_BLANKS = /^[ \t\n\r\v\f]+|[ \t\n\r\v\f]+$/g;

/**
 * Reads lines of `NAME=value`: white space around a line is dropped, and so are empty lines and those that begin with `#`; everything else is literal. Of equal names
 * the last counts. Throws `INVALID` with the number of the line, and nothing of what it says.
 */
export function parsePairs(bytes: Uint8Array, file: string): Python2Dict<string> {
  const environment = new Python2Dict<string>("str");
  for (const [index, raw] of decode(bytes, file).split("\n").entries()) {
    const line = raw.replace(OUTER_BLANKS, "");
    if (line === "" || line.startsWith("#")) continue;
    const equals = line.indexOf("=");
    if (equals < 0) {
      throw new CofferError("INVALID", `${file}:${index + 1}: there is no = in this line`, {
        hint: "each line is NAME=value; a value of several lines goes into a JSON file, with --json",
      });
    }
    environment.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return environment;
}

/** Reads a JSON object of texts. Throws `INVALID`, naming what is none. */
export function parseJsonPairs(bytes: Uint8Array, file: string): Python2Dict<string> {
  const whole = readPython2Json(decode(bytes, file), file);
  if (!(whole instanceof Python2Dict)) throw new CofferError("INVALID", `${file} is no JSON object`);
  if (isOfTexts(whole)) return whole;
  throw new CofferError("INVALID", `${file} has something else than a text as ${namesOfOthers(whole)}`, {
    hint: 'put it into quotes: "1" instead of 1',
  });
}

function decode(bytes: Uint8Array, file: string): string {
  const text = decodeUtf8(bytes);
  if (text !== null) return text;
  throw new CofferError("INVALID", `${file} is not UTF-8`, {
    hint: "what is no text goes up as a file, with --file LABEL",
  });
}
