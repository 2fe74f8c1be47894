import { quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { encodeText } from "./encode-text.js";
import type { Format } from "./format.js";
import { TextReader } from "./text-reader.js";

/**
 * Basic strings at the top of a TOML 1.0 document (https://toml.io/en/v1.0.0#string), where what JSON escapes is escaped alike. Carries every
 * name and every text.
 */
export const toml: Format = {
  encode: (entries) =>
    encodeText(entries, {
      title: "TOML",
      names: [],
      values: [],
      write: (name, value) => `${/^[A-Za-z0-9_-]+$/.test(name) ? name : quoteToml(name)} = ${quoteToml(value)}\n`,
    }),
  parse: async (bytes, file) => {
    const reader = new TextReader(bytes, file);
    // The parser tells no places of what it has found.
    for (const [name, value] of Object.entries(await parseToml(reader.text, file))) {
      if (typeof value !== "string")
        throw new CofferError("INVALID", `${file}: the value of ${quote(name)} is not a string`);
      reader.add(name, value, 0);
    }
    return reader.entries;
  },
};

// JSON leaves DEL as it is.
function quoteToml(text: string): string {
  return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}

/** The parser's messages repeat lines of the text, so nothing of them goes further but the place. */
async function parseToml(text: string, file: string): Promise<Record<string, unknown>> {
  const { parse, TomlError } = await import("smol-toml");
  try {
    return parse(text);
  } catch (error) {
    const place = error instanceof TomlError ? `:${error.line}:${error.column}` : "";
    throw new CofferError("INVALID", `${file}${place}: not TOML`);
  }
}
