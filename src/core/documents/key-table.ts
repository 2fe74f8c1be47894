import { isStrictlyAscending } from "../bytes.js";
import { context, epoch, epochSince, keyId } from "./fields.js";
import { array, base64url, misshapen, type Of, object, optional, type Shape, text, word } from "./shape.js";

const wrapping = object({ by: text(1, 2048), wrapped: base64url(1, 8192) });
const wrapped = { context: optional(context), wrappings: array(wrapping, 1, 16) };
const key = object({ id: keyId, epoch, ...wrapped });

/** What stands for the epoch of a submission's data key: no epoch is so short, so that it can never vouch for a head. */
export const INBOX_EPOCH = "inbox";
const inboxKey = object({ id: keyId, epoch: word(INBOX_EPOCH), ...wrapped });

/** A data key as stored: wrapped by one or more master keys. docs/FORMAT.md section 6. */
export type KeyRecord = Of<typeof key>;

/** The keys of a document: the epoch key first, then the others in the order of their ids. */
export const keyTable: Shape<KeyRecord[]> = (value, place) => {
  const keys = array(key, 1, 4001)(value, place);
  keys.forEach(({ id, wrappings }, index) => {
    assertAscending(
      wrappings.map(({ by }) => by),
      `${place}[${index}].wrappings`,
    );
    if (id === keys[0]?.id && index > 0) throw misshapen(place, "names the epoch key twice");
  });
  assertAscending(
    keys.slice(1).map(({ id }) => id),
    place,
  );
  if (keys[0]?.context !== undefined) throw misshapen(place, "has an epoch key with a context");
  return keys;
};

/** The data key of a submission. docs/FORMAT.md section 21. */
export const submissionKey: Shape<KeyRecord> = (value, place) => {
  const record = inboxKey(value, place);
  assertAscending(
    record.wrappings.map(({ by }) => by),
    `${place}.wrappings`,
  );
  return record;
};

/** The rules between a table and the values sealed under it. `used` is what these say: key id and context names, where known; `idle` are keys that may be there without a value. */
export function assertKeysUsed(
  keys: readonly KeyRecord[],
  document: { readonly epoch: string; readonly sequence: number },
  used: Iterable<{ readonly key: string; readonly context: readonly string[] | undefined }>,
  place: string,
  idle: ReadonlySet<string> = new Set(),
): void {
  if (keys[0]?.epoch !== document.epoch) throw misshapen(place, "has an epoch key of another epoch");
  if (keys.some((record) => (epochSince(record.epoch) ?? 0) > document.sequence)) {
    throw misshapen(place, "has a key of an epoch that has not begun");
  }
  const byId = new Map(keys.map((record) => [record.id, record]));
  const unused = new Set(keys.slice(1).map(({ id }) => id));
  for (const value of used) {
    const record = byId.get(value.key);
    if (record === undefined) throw misshapen(place, "lacks a key that a value names");
    if (value.context !== undefined && !isSameList(record.context ?? [], value.context)) {
      throw misshapen(place, "has a key of another context than its value");
    }
    unused.delete(value.key);
  }
  if ([...unused].some((id) => !idle.has(id))) throw misshapen(place, "has a key that no value names");
}

function assertAscending(texts: readonly string[], place: string): void {
  if (!isStrictlyAscending(texts)) {
    throw misshapen(place, "is not in order");
  }
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
