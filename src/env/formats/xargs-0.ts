import { decodeUtf8, encodeUtf8, joinBytes } from "../../core/bytes.js";
import { quote } from "../../core/name.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { assertDistinct, type EnvEntry } from "../entry.js";
import { cannotWrite } from "./encode-text.js";
import type { Format } from "./format.js";

const TITLE = "NUL-separated";
// MAX_ARG_STRLEN of the Linux kernel, for `NAME=value` and the NUL behind it: include/uapi/linux/binfmts.h
const MAX_ARGUMENT_BYTES = 131_072;

/** `NAME=VALUE`, each with a NUL behind it, as `xargs -0 env` and `env -0` have it. Carries bytes that are no text. */
export const xargs0: Format = {
  encode: (entries) => {
    assertDistinct(entries);
    return Sensitive.from(joinBytes(...entries.map(encodeEntry)));
  },
  parse: (bytes, file) => {
    const entries: EnvEntry[] = [];
    for (let start = 0, number = 1; start < bytes.byteLength; number++) {
      const end = bytes.indexOf(0, start);
      const item = bytes.subarray(start, end === -1 ? undefined : end);
      entries.push(parseItem(item, `${file}: item ${number}`));
      start += item.byteLength + 1;
    }
    const twice = entries.find(({ name }, index) => entries.findIndex((other) => other.name === name) !== index);
    if (twice !== undefined) throw new CofferError("INVALID", `${file}: ${quote(twice.name)} is given twice`);
    return entries;
  },
};

function encodeEntry({ name, value }: EnvEntry): Uint8Array {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw cannotWrite(name, TITLE, "no variable can have this name");
  const bytes = value.reveal();
  if (bytes.includes(0)) throw cannotWrite(name, TITLE, "its value holds a NUL byte");
  const item = joinBytes(encodeUtf8(`${name}=`), bytes, Uint8Array.of(0));
  if (item.byteLength > MAX_ARGUMENT_BYTES) throw cannotWrite(name, TITLE, "no argument can be longer than 128 KiB");
  return item;
}

function parseItem(item: Uint8Array, place: string): EnvEntry {
  const equals = item.indexOf("=".charCodeAt(0));
  const name = equals === -1 ? null : decodeUtf8(item.subarray(0, equals));
  if (name === null) throw new CofferError("INVALID", `${place}: not NAME=VALUE`);
  return { name, value: Sensitive.from(item.subarray(equals + 1)) };
}
