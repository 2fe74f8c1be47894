// What messer does with an item's JSON between opening and sealing, step by step: the order in which Python 2 writes it depends on every one of them.
import { decodeUtf8 } from "../../core/bytes.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { Python2Dict } from "../python2/dict.js";
import type { Python2Json } from "../python2/json.js";
import { readPython2Json } from "../python2/read-json.js";
import { writePython2Json } from "../python2/write-json.js";
import { documentOf, type StoredItem } from "./format.js";

export type ItemDocument = Python2Dict<Python2Json>;

/** An item that somebody hands in: its id, as text, and the plaintext that messer seals of it. */
export interface NewItem {
  readonly id: Python2Json;
  readonly name: string;
  readonly plaintext: Sensitive;
}

/** Reads an item from a file. Throws `INVALID`, which repeats nothing of it. */
export function readNewItem(text: string): NewItem {
  const document = readPython2Json(text, "the data bag item");
  const id = document instanceof Python2Dict ? document.get("id") : undefined;
  if (id === undefined) {
    throw new CofferError("INVALID", "the data bag item is no JSON object with an id", {
      hint: 'for instance {"id": "db", "password": "…"}',
    });
  }
  return { id, name: nameOfId(id), plaintext: Sensitive.fromText(writePython2Json(document)) };
}

/** The document that was sealed; null where it is no JSON object. */
export function readPlaintext(plaintext: Sensitive): ItemDocument | null {
  try {
    const document = readPython2Json(decodeUtf8(plaintext.reveal()) ?? "", "the item");
    return document instanceof Python2Dict ? document : null;
  } catch {
    return null;
  }
}

/** What is sealed of a document. */
export function writeDocument(document: ItemDocument): Sensitive {
  // messer reads it from a file first, which is what gives it its order.
  return Sensitive.fromText(writePython2Json(readPython2Json(writePython2Json(document), "the item")));
}

/** What `show` prints of an item that is not opened. */
export function showSealed(item: StoredItem): string {
  return writePython2Json(documentOf(item));
}

/** What `show --decrypt` prints. Throws `INTEGRITY` where no JSON object was sealed. */
export function showOpened(item: StoredItem, plaintext: Sensitive): Sensitive {
  return Sensitive.fromText(writePython2Json(mergeOpened(item, plaintext)));
}

/**
 * What messer seals when it seals an item anew. It takes the names of the key out of what it shows; where an item has fields of these names itself, they would be lost, so
 * that one is sealed as it is.
 */
export function plaintextAnew(item: StoredItem, plaintext: Sensitive): Sensitive {
  const own = readPlaintext(plaintext);
  if (own === null || KEY_FIELDS.some((name) => own.has(name)) || own.has("encrypted_data")) return plaintext;
  const merged = mergeOpened(item, plaintext);
  for (const name of KEY_FIELDS) merged.delete(name);
  return writeDocument(merged);
}

const KEY_FIELDS = ["key_name", "key_version"];

function mergeOpened(item: StoredItem, plaintext: Sensitive): ItemDocument {
  const opened = readPlaintext(plaintext);
  if (opened === null) {
    throw new CofferError("INTEGRITY", `what is sealed in ${item.place} is no JSON object`, {
      hint: "look at who put it there",
    });
  }
  const document = documentOf(item);
  // Whatever version an item has that says `latest`, messer shows the one that it means.
  if (document.get("key_version") === "latest") document.set("key_version", 0n);
  document.delete("encrypted_data");
  return document.update(opened);
}

/** An id as part of a key: messer formats whatever it is, and fails for what is not ASCII. */
function nameOfId(id: Python2Json): string {
  const name = textOfId(id);
  if (/^[\u0020-\u007e]+$/.test(name) && !/^\/|\/$|\/\//.test(name)) return name;
  throw new CofferError("INVALID", "the id of the data bag item cannot be part of a key", {
    hint: "take letters, digits, and what else ASCII has; slashes only between them",
  });
}

function textOfId(id: Python2Json): string {
  if (typeof id === "string") return id;
  if (typeof id === "bigint") return id.toString();
  if (id === null) return "None";
  if (typeof id === "boolean") return id ? "True" : "False";
  return "";
}
