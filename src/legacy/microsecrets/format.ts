import { decodeUtf8, encodeUtf8 } from "../../core/bytes.js";
import { quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { Python2Dict } from "../python2/dict.js";
import type { Python2Json } from "../python2/json.js";
import { readPython2Json } from "../python2/read-json.js";
import { writePython2Json } from "../python2/write-json.js";

/** What an uploaded environment holds: names and values in their stored order, and what was noted beside them. */
export interface StoredEnvironment {
  readonly environment: Python2Dict<string>;
  /** Scalars only; `timestamp` and `user` where microsecrets itself wrote it. */
  readonly metadata: Python2Dict<Python2Json>;
}

/** Who uploads, and when. */
export interface UploadNote {
  readonly time: Date;
  /** `person@machine`. */
  readonly user: string;
}

/** The bytes of an environment as microsecrets uploads it: ASCII, in the order of the dict. */
export function encodeEnvironment(environment: Python2Dict<string>, { time, user }: UploadNote): Uint8Array {
  const metadata = new Map<string, string | number>([
    ["timestamp", time.getTime() / 1000],
    ["user", user],
  ]);
  return encodeUtf8(
    writePython2Json(
      new Map<string, Python2Dict<string> | typeof metadata>([
        ["environment", environment],
        ["metadata", metadata],
      ]),
    ),
  );
}

/** Reads an uploaded environment. Throws `INTEGRITY` for what is none; `place` is where it was found. */
export function parseEnvironment(bytes: Uint8Array, place: string): StoredEnvironment {
  const text = decodeUtf8(bytes);
  if (text === null) throw damaged(place, "is not UTF-8");
  const whole = readStored(text, place);
  const environment = requireObject(whole, "environment", place);
  const metadata = requireObject(whole, "metadata", place);
  for (const [name, value] of metadata) {
    if (value === null || typeof value === "object")
      throw damaged(place, `has no scalar as ${quote(name)} of metadata`);
  }
  return { environment: requireTexts(environment, place), metadata };
}

/** The environment as `microsecrets-download` prints it: JSON in lines, in the order of a dict made of what is stored. */
export function renderEnvironment(environment: Python2Dict<string>): string {
  return `${writePython2Json(new Python2Dict("unicode", environment), { indent: 2 })}\n`;
}

/** When and by whom it was uploaded, as far as it says so. */
export function readNote({ metadata }: StoredEnvironment): {
  readonly time: Date | null;
  readonly user: string | null;
} {
  const [timestamp, user] = [metadata.get("timestamp"), metadata.get("user")];
  const seconds = typeof timestamp === "number" || typeof timestamp === "bigint" ? Number(timestamp) : Number.NaN;
  const time = new Date(Math.round(seconds * 1000));
  return { time: Number.isNaN(time.getTime()) ? null : time, user: typeof user === "string" ? user : null };
}

/** True where all values are texts. The dict is handed on as it is: one made anew could have another order. */
export function isOfTexts(dict: Python2Dict<Python2Json>): dict is Python2Dict<string> {
  return Array.from(dict).every(([, value]) => typeof value === "string");
}

/** The names of values that are no texts, for messages. */
export function namesOfOthers(dict: Python2Dict<Python2Json>): string {
  return Array.from(dict)
    .filter(([, value]) => typeof value !== "string")
    .map(([name]) => quote(name))
    .join(", ");
}

function readStored(text: string, place: string): Python2Json {
  try {
    return readPython2Json(text, place);
  } catch (error) {
    throw error instanceof CofferError ? damaged(place, "is no JSON that can be read") : error;
  }
}

function requireObject(whole: Python2Json, name: string, place: string): Python2Dict<Python2Json> {
  const part = whole instanceof Python2Dict ? whole.get(name) : undefined;
  if (part instanceof Python2Dict) return part;
  throw damaged(place, `has no ${name}`);
}

function requireTexts(dict: Python2Dict<Python2Json>, place: string): Python2Dict<string> {
  if (isOfTexts(dict)) return dict;
  throw damaged(place, `has something else than a text as ${namesOfOthers(dict)}`);
}

function damaged(place: string, what: string): CofferError {
  return new CofferError("INTEGRITY", `${place} ${what}`, {
    hint: "it is no environment of microsecrets: look at who uploaded it",
  });
}
