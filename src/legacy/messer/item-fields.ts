// An item as a namespace: its fields are secrets, but for `id`, which is its own name.
import { decodeUtf8 } from "../../core/bytes.js";
import { assertName, findNameFault, isWellFormed, joinPath, quote } from "../../core/name.js";
import type { Change, ChangedName } from "../../core/secret-store.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { noCommits } from "../../stores/no-commits.js";
import type { Python2Json } from "../python2/json.js";
import { writePython2Json } from "../python2/write-json.js";
import type { ItemDocument } from "./item-documents.js";

/** What such a store has none of. */
export const none = noCommits("a store of messer", { purge: "keeps no versions" });

/** In bytes. */
export const MAX_VALUE_BYTES = 4 * 1024 * 1024;

const ID = "id";

/** The secrets of an item, by name: texts as they are, everything else as JSON. Throws `INVALID` for a field that can be no secret. */
export function* fieldsOf(document: ItemDocument, namespace: string): Generator<readonly [string, Sensitive]> {
  for (const [name, value] of document) {
    if (name === ID) continue;
    const fault = findNameFault(name) ?? (isText(value) ? null : "holds what is no well-formed Unicode");
    if (fault !== null) throw noSecret(namespace, name, fault);
    yield [name, Sensitive.fromText(typeof value === "string" ? value : writePython2Json(value))];
  }
}

/** Makes the changes in a document, in order, and says what they were. `version`: which state it is in, null where it is new. Throws `CONFLICT`, `NOT_FOUND`. */
export function applyChanges(
  document: ItemDocument,
  changes: readonly Change[],
  { namespace, version }: { readonly namespace: string; readonly version: string | null },
): readonly Omit<ChangedName, "version">[] {
  const before = new Set([...document].map(([name]) => name));
  const changed = new Map<string, Omit<ChangedName, "version">>();
  for (const change of changes) {
    const { name } = change;
    if (change.op === "promote") throw none.unsupported("has no stages");
    if (!changed.has(name)) assertExpected(change, before.has(name) ? version : null, namespace);
    if (change.op === "delete") {
      if (!document.delete(name)) throw notThere(namespace, name);
      changed.set(name, { name, change: "deleted" });
    } else {
      document.set(name, textOf(change.value));
      changed.set(name, { name, change: before.has(name) ? "changed" : "added" });
    }
  }
  return [...changed.values()];
}

/** Throws `USAGE`, `UNSUPPORTED` or `INVALID` for changes that no item can hold. */
export function assertChanges(changes: readonly Change[]): void {
  if (changes.length === 0) throw new CofferError("USAGE", "a commit without a change");
  for (const change of changes) {
    assertName(change.name);
    if (change.name === ID) throw new CofferError("USAGE", "id is the name of an item itself, and no secret of it");
    if (change.op === "promote") throw none.unsupported("has no stages");
    if (change.op === "put") assertPut(change);
  }
}

function assertPut({ name, value, stage, version, context, comment, expires }: Extract<Change, { op: "put" }>): void {
  if (stage !== undefined) throw none.unsupported("has no stages");
  if (version !== undefined) throw none.unsupported("keeps no versions");
  if (comment !== undefined || expires !== undefined) throw none.unsupported("keeps neither comments nor expiry");
  if (Object.keys(context ?? {}).length > 0) throw none.unsupported("binds no secret to a context of its own");
  if (value.byteLength > MAX_VALUE_BYTES) {
    throw new CofferError("INVALID", `the value of ${quote(name)} is bigger than ${MAX_VALUE_BYTES} bytes`);
  }
  if (decodeUtf8(value.reveal()) === null) {
    throw new CofferError("INVALID", `the value of ${quote(name)} is no text`, {
      hint: "messer keeps JSON: put bytes in as base64",
    });
  }
}

function isText(value: Python2Json): boolean {
  return typeof value !== "string" || isWellFormed(value);
}

function textOf(value: Sensitive): string {
  return decodeUtf8(value.reveal()) ?? "";
}

function assertExpected(change: Exclude<Change, { op: "promote" }>, version: string | null, namespace: string): void {
  if (change.expect === undefined || change.expect === version) return;
  const found = version === null ? "it is not there" : "it, or another field of its item, was changed";
  throw new CofferError("CONFLICT", `${quote(joinPath(namespace, change.name))} is not as expected: ${found}`, {
    hint: "look at it again, then decide",
  });
}

function notThere(namespace: string, name: string): CofferError {
  return new CofferError("NOT_FOUND", `there is no secret ${quote(joinPath(namespace, name))}`, {
    hint: "see what there is with `coffer list`",
  });
}

function noSecret(namespace: string, name: string, fault: string): CofferError {
  return new CofferError("INVALID", `the item ${quote(namespace)} has a field ${quote(name)} that ${fault}`, {
    hint: "see it with `coffer as messer data bag show aws BAG ITEM --decrypt`",
  });
}
