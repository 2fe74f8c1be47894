import { decodeUtf8, encodeUtf8, utf8Length } from "../../core/bytes.js";
import { quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { DEFAULT_DIGEST, encodeBase64, type SealedItem, wrappedKeyOf } from "../sealed-item.js";

/** An item of a table: texts and bytes by attribute; null for what is neither. */
export type StoredItem = ReadonlyMap<string, string | Uint8Array | null>;

/** The attributes that say which version of which secret an item is. */
export interface Place {
  readonly name: string;
  /** As it is stored: mostly 19 characters. */
  readonly version: string;
}

/** What is known of a version without opening it. */
export interface Entry extends Place {
  readonly comment: string | null;
}

/** A version of a secret as the table keeps it. */
export interface SealedVersion extends Entry {
  readonly wrapped: Uint8Array;
  readonly sealed: SealedItem;
}

/** The attributes that an entry is read from. */
export const ENTRY_ATTRIBUTES = ["name", "version", "comment"] as const;

/** DynamoDB's limit for an item, in bytes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items */
const MAX_ITEM_BYTES = 409_600;

/** What an item is, whoever wrote it. Throws `INTEGRITY` for one that has no name or version. */
export function parseEntry(item: StoredItem): Entry {
  const [name, version, comment] = ENTRY_ATTRIBUTES.map((attribute) => item.get(attribute));
  if (typeof name !== "string" || typeof version !== "string") {
    throw new CofferError("INTEGRITY", "the table has an item that is no version of a secret", {
      hint: "look whether it is credstash's table",
    });
  }
  return { name, version, comment: typeof comment === "string" && comment !== "" ? comment : null };
}

/**
 * Takes an item apart that credstash wrote, any release of it: the HMAC is bytes (of hexadecimal digits) since Python 3 and text before, and where no digest stands it is SHA256.
 * Throws `INTEGRITY` where something is missing.
 */
export function parseSealed(item: StoredItem): SealedVersion {
  const entry = parseEntry(item);
  const what = showVersion(entry);
  const text = (attribute: string): string => {
    const value = item.get(attribute);
    if (typeof value === "string") return value;
    throw incomplete(what, attribute);
  };
  const hmac = item.get("hmac");
  const digits = hmac instanceof Uint8Array ? decodeUtf8(hmac) : hmac;
  if (typeof digits !== "string") throw incomplete(what, "hmac");
  const digest = item.has("digest") ? text("digest") : DEFAULT_DIGEST;
  return {
    ...entry,
    wrapped: wrappedKeyOf(text("key"), what),
    sealed: { contents: text("contents"), hmac: digits, digest },
  };
}

/** The item that credstash 1.17 on Python 3 writes, byte for byte. Throws `INVALID` where DynamoDB would not take it for its size. */
export function encodeVersion({ name, version, comment, wrapped, sealed }: SealedVersion): StoredItem {
  const item = new Map<string, string | Uint8Array>([
    ["name", name],
    ["version", version],
    ...(comment === null || comment === "" ? [] : ([["comment", comment]] as const)),
    ["key", encodeBase64(wrapped)],
    ["contents", sealed.contents],
    ["hmac", encodeUtf8(sealed.hmac)],
    ["digest", sealed.digest],
  ]);
  const size = [...item].reduce((sum, [attribute, value]) => sum + utf8Length(attribute) + lengthOf(value), 0);
  if (size > MAX_ITEM_BYTES) {
    throw new CofferError(
      "INVALID",
      `${showVersion({ name, version })} is too big: it would take ${size} bytes of a table's ${MAX_ITEM_BYTES}`,
      {
        hint: "a value may have about 300,000 bytes",
      },
    );
  }
  return item;
}

/** As errors call it. */
export function showVersion({ name, version }: Place): string {
  return `version ${quote(version)} of ${quote(name)}`;
}

function lengthOf(value: string | Uint8Array): number {
  return typeof value === "string" ? utf8Length(value) : value.byteLength;
}

function incomplete(what: string, attribute: string): CofferError {
  return new CofferError("INTEGRITY", `${what} has no ${attribute} that can be read`, {
    hint: "somebody changed what is stored: restore it from a copy, or store the value again",
  });
}
