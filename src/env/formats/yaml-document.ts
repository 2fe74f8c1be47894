import type { Document, Node, Pair } from "yaml";
import type { TextReader } from "./text-reader.js";

/** What a YAML document holds, with places in its text. `other`: null, lists, aliases, what has a tag. */
export type YamlNode =
  | { readonly kind: "text"; readonly value: string; readonly at: number }
  | { readonly kind: "map"; readonly pairs: readonly YamlPair[]; readonly at: number }
  | { readonly kind: "other"; readonly at: number };

export interface YamlPair {
  readonly name: string;
  readonly node: YamlNode;
  readonly at: number;
}

// What JSON leaves as it is, but a reader of YAML 1.1 or 1.2 does not take, drops, or ends a line at.
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** A text in double quotes, as YAML of every version reads it: https://yaml.org/spec/1.2.2/#731-double-quoted-style */
export function quoteYaml(text: string): string {
  return JSON.stringify(text).replace(UNPRINTABLE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * Reads one YAML 1.2 document by the failsafe schema: `012345`, `no` and `2020-01-01` are the texts that stand there. Throws the reader's
 * `INVALID` with the place of what is wrong.
 */
export async function readYaml(reader: TextReader): Promise<YamlNode> {
  const { parseDocument } = await import("yaml");
  let document: Document.Parsed;
  try {
    document = parseDocument(reader.text, { schema: "failsafe", prettyErrors: false, logLevel: "error" });
  } catch {
    // Nested deeper than its parser's stack.
    throw reader.fault("YAML that cannot be read");
  }
  // The messages of the parser may repeat the text.
  const [error] = document.errors;
  if (error?.code === "DUPLICATE_KEY") throw reader.fault("a name is given twice", error.pos[0]);
  if (error !== undefined) throw reader.fault(`not YAML (${error.code})`, error.pos[0]);
  return toNode(document.contents, reader, 0);
}

function toNode(node: Node | null, reader: TextReader, near: number): YamlNode {
  const at = node?.range?.[0] ?? near;
  if (node === null || hasForeignTag(node)) return { kind: "other", at };
  if ("items" in node) return toMap(node.items, reader, at);
  return "value" in node && typeof node.value === "string"
    ? { kind: "text", value: node.value, at }
    : { kind: "other", at };
}

/** Of the nodes with items a list has no pairs. */
function toMap(items: readonly unknown[], reader: TextReader, at: number): YamlNode {
  const pairs: YamlPair[] = [];
  for (const item of items) {
    if (!isPair(item)) return { kind: "other", at };
    const key = toNode(item.key, reader, at);
    if (key.kind !== "text") throw reader.fault("a name that is not a text", key.at);
    pairs.push({ name: key.value, node: toNode(item.value, reader, key.at), at: key.at });
  }
  return { kind: "map", pairs, at };
}

function isPair(item: unknown): item is Pair<Node | null, Node | null> {
  return typeof item === "object" && item !== null && "key" in item;
}

// By the schema nothing but `!!str`, `!!map` and `!!seq` means anything, so `!!binary` must not pass for text.
function hasForeignTag(node: Node): boolean {
  return "tag" in node && node.tag !== undefined && !/^tag:yaml\.org,2002:(str|map|seq)$/.test(node.tag);
}
