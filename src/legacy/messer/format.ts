/**
 * The bytes of messer 2.0.13. An item is JSON that names its data key; in it lies, in base64, JSON of its own with the ciphertext: AES-256-GCM with an IV of 32 bytes
 * and no additional data, over the JSON of the whole item. A data key lies in a bucket of its own under NAME/VERSION, as the bare ciphertext that KMS gave.
 */
import { decodeUtf8, joinBytes } from "../../core/bytes.js";
import { decryptAesGcm, encryptAesGcm, randomBytes, TAG_BYTES } from "../../core/ciphers.js";
import { quote } from "../../core/name.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { Python2Dict } from "../python2/dict.js";
import type { Python2Json } from "../python2/json.js";
import { readPython2Json } from "../python2/read-json.js";
import { writePython2Json } from "../python2/write-json.js";

/** A version of a data key. */
export interface KeyVersion {
  readonly name: string;
  readonly version: number;
}

/** An item as it lies in the bucket. */
export interface StoredItem {
  /** What is said of it in messages: `bag/item`. */
  readonly place: string;
  readonly text: string;
  /** What opens it; null where it does not say. */
  readonly key: KeyVersion | null;
}

const IV_BYTES = 32;
const NO_DATA = new Uint8Array();

/** Reads what a bucket has. Throws `INTEGRITY` for what is no item of messer's. */
export function parseItem(bytes: Uint8Array, place: string): StoredItem {
  const text = decodeUtf8(bytes) ?? "";
  const document = readDocument(text, place);
  const name = document.get("key_name");
  const version = parseKeyVersion(document.get("key_version"));
  return { place, text, key: typeof name === "string" && version !== null ? { name, version } : null };
}

/** The item's document, in Python 2's order, for whoever may change it. */
export function documentOf({ text, place }: StoredItem): Python2Dict<Python2Json> {
  return readDocument(text, place);
}

/**
 * The version that an item names, as Python's `int` reads it. `latest` means 0: older versions of messer wrote it when there was no other. Null for what is none.
 */
export function parseKeyVersion(value: Python2Json | undefined): number | null {
  if (value === "latest") return 0;
  const digits = typeof value === "bigint" ? String(value) : typeof value === "string" ? value.trim() : "";
  if (!/^[+-]?\d+$/.test(digits)) return null;
  const version = Number(digits);
  return Number.isSafeInteger(version) && version >= 0 ? version : null;
}

/** What is sealed, and by which data key. A version is written as it is given here: messer writes text where a person chose it. */
export interface ItemToSeal {
  readonly id: Python2Json;
  readonly plaintext: Sensitive;
  readonly keyName: string;
  readonly keyVersion: number | string;
  readonly dataKey: Sensitive;
  /** 32 bytes; random ones where it is not given. */
  readonly iv?: Uint8Array;
}

/** The bytes that messer would write of an item. */
export function sealItem(item: ItemToSeal): Uint8Array {
  const outer = new Map<string, Python2Json>([
    ["encrypted_data", sealData(item)],
    ["key_version", versionOf(item)],
    ["id", item.id],
    ["key_name", item.keyName],
  ]);
  return Buffer.from(writePython2Json(outer), "ascii");
}

/** The ciphertext with all that it takes to open it but the key, as it stands in `encrypted_data`. */
export function sealData(item: Omit<ItemToSeal, "id">): string {
  const { plaintext, dataKey, keyName, iv = randomBytes(IV_BYTES) } = item;
  const sealed = encryptAesGcm(dataKey.reveal(), iv, plaintext.reveal(), NO_DATA, IV_BYTES);
  const end = sealed.byteLength - TAG_BYTES;
  const inner = new Map<string, Python2Json>([
    ["encrypted_secret", toBase64(sealed.subarray(0, end))],
    ["version", "1"],
    ["key_name", keyName],
    ["iv", toBase64(iv)],
    ["tag", toBase64(sealed.subarray(end))],
    ["key_version", versionOf(item)],
  ]);
  return toBase64(Buffer.from(writePython2Json(inner), "ascii"));
}

/** What was sealed. Throws `INTEGRITY` where the data key does not open it, or it is not what messer writes. */
export function openItem(item: StoredItem, dataKey: Sensitive): Sensitive {
  const data = documentOf(item).get("encrypted_data");
  if (typeof data !== "string") throw unlike(item.place);
  return openData(data, dataKey, item.place);
}

/** The same of `encrypted_data` alone. */
export function openData(data: string, dataKey: Sensitive, place: string): Sensitive {
  const inner = readDocument(Buffer.from(data, "base64").toString("latin1"), place);
  const [secret, iv, tag] = ["encrypted_secret", "iv", "tag"].map((name) => {
    const value = inner.get(name);
    if (typeof value !== "string") throw unlike(place);
    return Buffer.from(value, "base64");
  });
  if (secret === undefined || iv?.byteLength !== IV_BYTES || tag?.byteLength !== TAG_BYTES) throw unlike(place);
  if (dataKey.byteLength !== 32) throw unlike(place);
  const plaintext = decryptAesGcm(dataKey.reveal(), iv, joinBytes(secret, tag), NO_DATA, IV_BYTES);
  if (plaintext !== null) return Sensitive.from(plaintext);
  throw new CofferError("INTEGRITY", `${place} does not open under the data key that it names`, {
    hint: "it was changed, or its data key was: look at earlier versions of both objects, if the buckets keep them",
  });
}

function versionOf({ keyVersion }: Pick<ItemToSeal, "keyVersion">): Python2Json {
  return typeof keyVersion === "number" ? BigInt(keyVersion) : keyVersion;
}

function readDocument(text: string, place: string): Python2Dict<Python2Json> {
  const document = readJson(text, place);
  if (document instanceof Python2Dict) return document;
  throw unlike(place);
}

function readJson(text: string, place: string): Python2Json {
  try {
    return readPython2Json(text, quote(place));
  } catch (cause) {
    throw unlike(place, cause);
  }
}

function unlike(place: string, cause?: unknown): CofferError {
  return new CofferError("INTEGRITY", `${place} is not what messer writes`, {
    hint: "look at who put it there",
    cause,
  });
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
