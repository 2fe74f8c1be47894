import { encodeText, IDENTIFIERS, NUL } from "./encode-text.js";
import type { Format } from "./format.js";
import { TextReader } from "./text-reader.js";

// The scanner of the client takes no longer line: https://pkg.go.dev/bufio#MaxScanTokenSize
const MAX_LINE_BYTES = 65_535;

const NOTHING = /[ \t]*(?:#[^\n]*)?(?:\n|$)/y;
const LINE = /[ \t]*([^=\s]+)=([^\n]*?)\r?(?:\n|$)/y;

/** `NAME=VALUE` lines for `docker run --env-file`: the rest of the line is the value, whatever it is; there are no quotes and no escapes. */
export const docker: Format = {
  encode: (entries) =>
    encodeText(entries, {
      title: "a Docker env file",
      names: [IDENTIFIERS],
      values: [
        NUL,
        [/\n/, "its value has more than one line"],
        [/\r$/, "its value ends in a carriage return, which is dropped"],
        [
          (value) => Buffer.byteLength(value) > MAX_LINE_BYTES - 256,
          "its value is longer than the 64 KiB of a line there",
        ],
      ],
      write: (name, value) => `${name}=${value}\n`,
    }),
  parse: (bytes, file) => {
    const reader = new TextReader(bytes, file);
    while (!reader.ended) {
      if (reader.take(NOTHING) !== null) continue;
      const start = reader.at;
      const [, name, value] = reader.take(LINE) ?? [];
      if (name === undefined || value === undefined) throw reader.fault("not NAME=VALUE", start);
      reader.add(name, value, start);
    }
    return reader.entries;
  },
};
