import { openPace } from "../../aws/pace.js";
import { compareText, encodeHex } from "../../core/bytes.js";
import { sha256 } from "../../core/ciphers.js";
import { assertNamespace, findNamespaceFault, joinPath, quote } from "../../core/name.js";
import type { Scope, Secret, SecretInfo } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { openItem } from "./format.js";
import { type ItemDocument, readPlaintext } from "./item-documents.js";
import { fieldsOf } from "./item-fields.js";
import type { FoundItem } from "./items.js";
import { isMarker } from "./layout.js";
import type { Messer } from "./open-messer.js";

/** How many items are read at a time. */
const AT_ONCE = 16;

/** An item that was opened, and which state it is in. */
export interface OpenItem {
  readonly item: FoundItem;
  readonly document: ItemDocument;
  readonly version: string;
}

/** Reads items as namespaces. */
export interface Reader {
  /** The secrets of one item, or null where there is none. */
  find(namespace: string, signal?: AbortSignal): Promise<Secret[] | null>;
  /** In byte order of the path. */
  all(scope: Scope, signal?: AbortSignal): Promise<Secret[]>;
}

export function readerOf(messer: Messer, prefix: string): Reader {
  const reader: Reader = {
    async find(namespace, signal) {
      assertNamespace(namespace);
      signal?.throwIfAborted();
      if (!isItem(namespace)) return null;
      const found = await openAt(messer, prefix + namespace, signal);
      return found === null ? null : secretsOf(found, namespace);
    },
    async all({ namespace, recursive = false }, signal) {
      if (!recursive) return (await reader.find(namespace, signal)) ?? [];
      assertNamespace(namespace);
      const below = namespace === "" ? "" : `${namespace}/`;
      const keys = await messer.items.keys(prefix + below, signal);
      const inside = keys.filter((key) => !isMarker(key)).map((key) => key.slice(prefix.length));
      const items = [...(isItem(namespace) ? [namespace] : []), ...inside.filter(isItem)];
      for (const item of items) assertReadable(item);
      const pace = openPace(AT_ONCE);
      const found = await Promise.all(items.map((item) => pace(async () => (await reader.find(item, signal)) ?? [])));
      return found.flat().sort(byPath);
    },
  };
  return reader;
}

/** An item lies in a data bag; what lies beside the bags is none. */
export function isItem(namespace: string): boolean {
  return namespace.includes("/");
}

function assertReadable(namespace: string): void {
  const fault = findNamespaceFault(namespace);
  if (fault === null) return;
  throw new CofferError("UNSUPPORTED", `the name of the item ${quote(namespace)} ${fault}`, {
    hint: "see it with `coffer as messer data bag show`, and give it another name",
  });
}

/** The item at a key, opened; null where there is none. Throws `INTEGRITY` for one that does not open, or holds no JSON object. */
export async function openAt({ items, keys }: Messer, key: string, signal?: AbortSignal): Promise<OpenItem | null> {
  const item = await items.find(key, signal);
  if (item === null) return null;
  if (item.key === null) throw unlike(item, "does not say which data key opens it");
  const document = readPlaintext(openItem(item, await keys.open(item.key, signal)));
  if (document === null) throw unlike(item, "holds no JSON object");
  return { item, document, version: versionOf(item.object.body) };
}

/** Each sealing has its own random IV, so no two states have the same bytes. */
export function versionOf(bytes: Uint8Array): string {
  return encodeHex(sha256(bytes)).slice(0, 32);
}

function secretsOf({ item, document, version }: OpenItem, namespace: string): Secret[] {
  const known = {
    namespace,
    version,
    time: item.object.lastModified,
    author: null,
    message: null,
    commit: null,
    stage: null,
    deleted: false,
    purged: false,
    type: "text",
    comment: null,
    expires: null,
    context: [],
  } as const;
  return Array.from(fieldsOf(document, namespace), ([name, value]): Secret => ({ ...known, name, value })).sort(byPath);
}

function byPath(a: SecretInfo, b: SecretInfo): number {
  return compareText(joinPath(a.namespace, a.name), joinPath(b.namespace, b.name));
}

/** Those of the names. Throws `NOT_FOUND` with the missing ones. */
export function pick({ namespace }: Scope, secrets: readonly Secret[], only: readonly string[]): Secret[] {
  const missing = only.filter((name) => !secrets.some((secret) => secret.name === name));
  if (missing.length === 0) return secrets.filter(({ name }) => only.includes(name));
  throw new CofferError("NOT_FOUND", `not there in ${quote(namespace)}: ${missing.map(quote).join(", ")}`, {
    hint: "see what there is with `coffer list`",
  });
}

function unlike({ place }: FoundItem, what: string): CofferError {
  return new CofferError("INTEGRITY", `the item ${quote(place)} ${what}`, { hint: "look at who put it there" });
}
