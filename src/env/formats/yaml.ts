import { quote } from "../../core/name.js";
import { encodeText } from "./encode-text.js";
import type { Format } from "./format.js";
import { TextReader } from "./text-reader.js";
import { quoteYaml, readYaml } from "./yaml-document.js";

/**
 * One mapping of strings, each in double quotes: no reader, of YAML 1.1 or 1.2, makes a number, a date, `true` or null of one.
 * Carries every name and every text.
 */
export const yaml: Format = {
  encode: (entries) =>
    encodeText(entries, {
      title: "YAML",
      names: [],
      values: [],
      write: (name, value) => `${quoteYaml(name)}: ${quoteYaml(value)}\n`,
    }),
  parse: async (bytes, file) => {
    const reader = new TextReader(bytes, file);
    const document = await readYaml(reader);
    if (document.kind !== "map") throw reader.fault("not a mapping of names to values", document.at);
    for (const { name, node, at } of document.pairs) {
      if (node.kind !== "text") throw reader.fault(`the value of ${quote(name)} is not a text`, node.at);
      reader.add(name, node.value, at);
    }
    return reader.entries;
  },
};
