import { parse, TomlError } from "smol-toml";
import { decodeUtf8 } from "../../core/bytes.js";
import { quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { suggest } from "../suggest.js";
import { locate } from "./toml-statements.js";

/** A TOML file as it was read. What is wrong in it is told by file, line and column, never by its text, which may be anything. */
export interface TomlDocument {
  readonly text: string;
  readonly table: Table;
  /** An `INVALID` error about what these keys lead to. */
  readonly fault: (path: readonly string[], complaint: string, hint?: string) => CofferError;
}

/** Tables of the parser have no prototype: `__proto__` is a key like any other. */
export type Table = Readonly<Record<string, unknown>>;

/** Throws `INVALID` for what is not UTF-8 or no TOML. */
export function parseTomlDocument(bytes: Uint8Array, file: string): TomlDocument {
  const text = decodeUtf8(bytes);
  if (text === null) throw new CofferError("INVALID", `${file} is not UTF-8`, { hint: "it is TOML, a text" });
  const fault = (path: readonly string[], complaint: string, hint?: string): CofferError => {
    const { line, column } = locate(text, path);
    return new CofferError("INVALID", `${file}:${line}:${column}: ${complaint}`, hint === undefined ? {} : { hint });
  };
  return { text, table: parseTable(text, file), fault };
}

/** The table under a key; null where there is none. Throws `INVALID` where it is something else. */
export function readTable(document: TomlDocument, parent: Table, path: readonly string[]): Table | null {
  const value = parent[path.at(-1) ?? ""];
  if (value === undefined) return null;
  if (isTable(value)) return value;
  throw document.fault(path, `${showKey(path)} is no table`);
}

/** The text under a key; undefined where there is none. Throws `INVALID` where it is something else, empty, or holds control characters. */
export function readText(document: TomlDocument, parent: Table, path: readonly string[]): string | undefined {
  const value = parent[path.at(-1) ?? ""];
  if (value === undefined || isPlainText(value)) return value;
  throw document.fault(path, `${showKey(path)} takes a text in quotes, on one line and not empty`);
}

/** The list of texts under a key; undefined where there is none. Throws `INVALID` where it is something else. */
export function readTexts(
  document: TomlDocument,
  parent: Table,
  path: readonly string[],
): readonly string[] | undefined {
  const value = parent[path.at(-1) ?? ""];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.length > 0 && value.every(isPlainText)) return value;
  throw document.fault(path, `${showKey(path)} takes a list of texts, at least one`);
}

/** Throws `INVALID` for the first key of a table that is not one of these. */
export function assertKnownKeys(
  document: TomlDocument,
  table: Table,
  path: readonly string[],
  known: readonly string[],
  hint?: string,
): void {
  const unknown = Object.keys(table).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const guess = suggest(unknown, known);
  throw document.fault(
    [...path, unknown],
    `unknown key ${showKey([unknown])}`,
    guess === undefined ? (hint ?? `it takes ${known.join(", ")}`) : `did you mean ${guess}?`,
  );
}

function showKey(path: readonly string[]): string {
  return quote(path.at(-1) ?? "");
}

function parseTable(text: string, file: string): Table {
  try {
    return parse(text);
  } catch (error) {
    // The parser's own message shows the lines around the mistake.
    const place = error instanceof TomlError ? `:${error.line}:${error.column}` : "";
    throw new CofferError("INVALID", `${file}${place}: this is no TOML`, {
      hint: 'a setting is written NAME = "VALUE", and the settings of a profile stand below [profiles.NAME]',
    });
  }
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === null;
}

function isPlainText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && !/[\u0000-\u001f\u007f-\u009f]/.test(value);
}
