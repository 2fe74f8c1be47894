// Commits and heads as the holder of the master key can write them past the vault: changes that it does not make yet, and wrong ones.
import { decodeBase64url, encodeBase64url } from "../core/bytes.js";
import { randomBytes, sha256 } from "../core/ciphers.js";
import {
  type CommitHeader,
  encodeCommit,
  IN_BLOB,
  parseCommit,
  type StoredChange,
  sealedChanges,
} from "../core/documents/commit.js";
import {
  encodeHead,
  type HeadDocument,
  type HeadEntry,
  type HeadHeader,
  liveVersions,
  parseHead,
} from "../core/documents/head.js";
import { climb } from "../core/ladder.js";
import { commitKey, headKey } from "../core/layout.js";
import { replay } from "../core/replay.js";
import { authenticate, sealValue } from "../core/sealing.js";
import type { Sensitive } from "../core/sensitive.js";
import { stateOfHead } from "../core/state.js";
import type { ObjectStore } from "../objects/object-store.js";
import { keyContext } from "../vault/key-ring.js";
import { entryWithValues } from "../vault/writing/head-entries.js";
import { bytesAt, MASTER_KEY, replaceObject } from "./vault-scene.js";

/** The head of a namespace, and the key that vouches for it. */
export async function openHead(
  objects: ObjectStore,
  namespace: string,
): Promise<{ document: HeadDocument; key: Sensitive }> {
  const document = parseHead(await bytesAt(objects, headKey(namespace)), headKey(namespace));
  const { header } = document;
  const wrapped = decodeBase64url(header.keys[0]?.wrappings[0]?.wrapped ?? "") ?? new Uint8Array(0);
  return { document, key: await MASTER_KEY.unwrap(wrapped, keyContext(header, header.epoch, "epoch")) };
}

/** Replaces a head by one that says something else, and is vouched for. */
export async function rewriteHead(
  objects: ObjectStore,
  namespace: string,
  change: (header: HeadHeader, entries: HeadEntry[]) => { header?: HeadHeader; entries?: HeadEntry[] },
): Promise<void> {
  const { document, key } = await openHead(objects, namespace);
  const entries = [...document.entries.values()];
  const next = { header: document.header, entries, ...change(document.header, entries) };
  const sign = (bytes: Uint8Array): string => encodeBase64url(authenticate(key, "head", bytes));
  await replaceObject(objects, headKey(namespace), encodeHead(next.header, next.entries, sign));
}

/** Seals a value of a name without context under the epoch key, as a commit stores it. */
export async function sealFor(
  objects: ObjectStore,
  namespace: string,
  { name, version, value }: { name: string; version: number; value: Sensitive },
): Promise<{ key: string; hash: string; value: string }> {
  const { document, key } = await openHead(objects, namespace);
  const sealed = sealValue(key, { ...document.header, name, version, type: "text", context: {} }, value);
  return {
    key: document.header.keys[0]?.id ?? "",
    hash: encodeBase64url(sha256(sealed)),
    value: encodeBase64url(sealed),
  };
}

/** Adds a commit of these changes (with a value for each that has one) and the head that replaying it gives. */
export async function appendCommit(
  objects: ObjectStore,
  namespace: string,
  changes: readonly StoredChange[],
  values: readonly string[] = [],
  over: Partial<CommitHeader> = {},
): Promise<void> {
  const { document, key } = await openHead(objects, namespace);
  const parent = document.header;
  const { store, epoch, keys, sequence, commit, ancestors } = parent;
  const header: CommitHeader = {
    coffer: 1,
    kind: "commit",
    store,
    namespace,
    epoch,
    key: keys[0]?.id ?? "",
    sequence: sequence + 1,
    ancestors: climb(sequence, [commit, ...ancestors]),
    nonce: encodeBase64url(randomBytes(16)),
    time: "2026-02-01T00:00:00.000Z",
    changes: [...changes],
    ...over,
  };
  const built = encodeCommit(header, { keys: keys.slice(0, 1), values: [...values] }, (bytes) =>
    encodeBase64url(authenticate(key, "commit", bytes)),
  );
  await replaceObject(objects, commitKey(namespace, header.sequence, built.id), built.bytes);
  const inlined = new Map<string, string>();
  const state = stateOfHead(parent.floor, document.entries.values());
  for (const live of liveVersions(document.entries.values()))
    if ("value" in live)
      inlined.set(encodeBase64url(sha256(decodeBase64url(live.value) ?? new Uint8Array(0))), live.value);
  sealedChanges(header).forEach(({ hash }, index) => void inlined.set(hash, values[index] ?? IN_BLOB));
  replay(state, built.id, header);
  await rewriteHead(objects, namespace, () => ({
    header: headAfter(parent, header, built.id, state.floor),
    entries: Array.from(state.entries.values(), (entry) => entryWithValues(entry, inlined)),
  }));
}

/** Destroys the values of a commit, as a purge does. */
export async function destroyValues(objects: ObjectStore, namespace: string, sequence: number): Promise<void> {
  const { document, key } = await openHead(objects, namespace);
  const { header } = document;
  const ids = [header.commit, ...header.ancestors];
  const place = commitKey(namespace, sequence, ids[header.sequence - sequence] ?? "");
  const commit = parseCommit(await bytesAt(objects, place), place);
  const body = { keys: commit.body.keys, values: commit.body.values.map(() => null) };
  const sign = (bytes: Uint8Array): string => encodeBase64url(authenticate(key, "commit", bytes));
  await replaceObject(objects, place, encodeCommit(commit.header, body, sign).bytes);
}

function headAfter(
  parent: HeadHeader,
  { sequence, ancestors }: CommitHeader,
  commit: string,
  floor: number,
): HeadHeader {
  const { coffer, kind, store, namespace, epoch, keys } = parent;
  const nonce = encodeBase64url(randomBytes(16));
  return {
    coffer,
    kind,
    store,
    namespace,
    epoch,
    sequence,
    commit,
    ancestors,
    nonce,
    ...(floor === 0 ? {} : { floor }),
    keys,
  };
}
