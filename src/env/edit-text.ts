import { decodeUtf8, encodeUtf8 } from "../core/bytes.js";
import { printable } from "../core/printable.js";
import { Sensitive } from "../core/sensitive.js";
import { CofferError, isCofferError } from "../errors.js";
import { encodeDotenv } from "./encode-dotenv.js";
import type { EnvEntry } from "./entry.js";
import type { Format } from "./formats/format.js";

/** How secrets are written for a person to change them. */
export type EditFormat = "dotenv" | "yaml";

/** A secret that is not in the text, and why. */
export interface LeftOut {
  readonly name: string;
  readonly why: string;
}

/** What a person gets to change: the first lines say something, and comments stand above the entry of that name, or at the end where there is none. */
export interface EditDocument {
  readonly status: readonly string[];
  readonly entries: readonly EnvEntry[];
  readonly leftOut: readonly LeftOut[];
  readonly comments: ReadonlyMap<string, readonly string[]>;
}

/** Begins the lines that are ours, to be replaced by the next ones. */
const STATUS = "#! ";

/** One format's writer and reader of what is edited. */
export interface EditText {
  /** The text of one entry; null where the format cannot carry it. */
  readonly encode: (entry: EnvEntry) => string | null;
  readonly write: (document: EditDocument) => Sensitive;
  /** The entries. Lines are counted as in what `withStatus` gives. Throws `INVALID`. */
  readonly parse: (text: Uint8Array) => Promise<readonly EnvEntry[]>;
}

/** Opens a format for editing; YAML's is loaded when it is asked for. */
export async function openEditText(format: EditFormat): Promise<EditText> {
  // Only Coffer reads it, so that every text without NUL has a form in dotenv.
  const dotenv: Format = { encode: (entries) => encodeDotenv(entries, { reader: "coffer" }) };
  const { parse } =
    format === "yaml" ? (await import("./formats/yaml.js")).yaml : (await import("./formats/dotenv.js")).dotenv;
  const encoder = format === "yaml" ? (await import("./formats/yaml.js")).yaml : dotenv;
  const encode = (entry: EnvEntry): string | null => {
    try {
      return decodeUtf8(encoder.encode([entry], { title: "", nonce: "" }).reveal());
    } catch (error) {
      if (isCofferError(error, "UNSUPPORTED")) return null;
      throw error;
    }
  };
  return {
    encode,
    write: (document) => Sensitive.fromText(write(document, encode)),
    parse: async (text) => {
      const lines = textOf(withStatus(text, [""]).reveal());
      const isEmpty = lines.split("\n").every((line) => /^\s*(#.*)?$/.test(line));
      return isEmpty ? [] : ((await parse?.(encodeUtf8(lines), "line")) ?? []);
    },
  };
}

/** The text with other first lines of ours. */
export function withStatus(text: Uint8Array, status: readonly string[]): Sensitive {
  const lines = textOf(text).split("\n");
  const first = lines.findIndex((line) => !line.startsWith(STATUS.trimEnd()));
  return Sensitive.fromText([...statusLines(status), ...lines.slice(first === -1 ? lines.length : first)].join("\n"));
}

function write(
  { status, entries, leftOut, comments }: EditDocument,
  encode: (entry: EnvEntry) => string | null,
): string {
  const above = (name: string): string => (comments.get(name) ?? []).map((line) => `# ${line}\n`).join("");
  const written = new Set(entries.map(({ name }) => name));
  const rest = [...comments.keys()].filter((name) => !written.has(name));
  return [
    ...statusLines(status).map((line) => `${line}\n`),
    "\n",
    ...entries.map((entry) => above(entry.name) + (encode(entry) ?? "")),
    ...rest.map(above),
    ...leftOut.map(({ name, why }) => `# ${printable(name)} is left as it is: ${why}\n`),
  ].join("");
}

function statusLines(status: readonly string[]): string[] {
  return status.map((line) => (STATUS + printable(line)).trimEnd());
}

function textOf(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text !== null) return text;
  throw new CofferError("INVALID", "the text is not UTF-8 any more");
}
