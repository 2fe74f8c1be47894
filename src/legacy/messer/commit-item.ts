import { setTimeout as wait } from "node:timers/promises";
import { assertNamespace, quote } from "../../core/name.js";
import type { Change, Commit, SecretStore } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { Python2Dict } from "../python2/dict.js";
import type { Python2Json } from "../python2/json.js";
import { chooseKey } from "./choose-key.js";
import { documentOf, sealItem } from "./format.js";
import { type ItemDocument, writeDocument } from "./item-documents.js";
import { applyChanges, assertChanges } from "./item-fields.js";
import { markersOf } from "./layout.js";
import type { Messer } from "./open-messer.js";
import { isItem, type OpenItem, openAt, versionOf } from "./read-items.js";
import type { StorePlace } from "./store-url.js";

/** How often a commit is made anew because somebody else was first, and how long it waits at first, in ms. */
const MAX_TRIES = 12;
const PAUSE = 20;

/** What it takes to write. */
export interface Writer {
  readonly messer: Messer;
  readonly place: StorePlace;
  readonly now: () => Date;
}

/** Makes changes of one item, in one write of it. Throws `CONFLICT`, and what else `SecretStore.commit` throws. */
export async function commitItem(
  writer: Writer,
  namespace: string,
  changes: readonly Change[],
  { expect, dryRun = false, signal }: NonNullable<Parameters<SecretStore["commit"]>[2]>,
): Promise<Commit> {
  assertNamespace(namespace);
  assertChanges(changes);
  if (!isItem(namespace)) throw noItem(namespace);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    signal?.throwIfAborted();
    const found = await openAt(writer.messer, writer.place.prefix + namespace, signal);
    const before = found?.version ?? null;
    if (expect !== undefined && expect !== before) throw notExpected(namespace);
    const document =
      found?.document ?? new Python2Dict<Python2Json>("unicode", [["id", namespace.split("/").at(-1) ?? ""]]);
    const changed = applyChanges(document, changes, { namespace, version: before });
    const version = dryRun ? "" : await write(writer, namespace, found, document, signal);
    if (version !== null) {
      const about = { parent: before, sequence: 0, author: null, message: null };
      return {
        namespace,
        commit: version,
        ...about,
        time: writer.now(),
        changes: changed.map((each) => ({ ...each, version })),
      };
    }
    if (expect !== undefined) throw notExpected(namespace);
    await wait(
      PAUSE * 2 ** Math.min(tries, 5) * Math.random(),
      undefined,
      signal === undefined ? {} : { signal },
    ).catch(() => {});
  }
  throw new CofferError("CONFLICT", `others keep changing ${quote(namespace)}`, { hint: "try again" });
}

/** The version that was written, or null where somebody else was first. */
async function write(
  { messer, place }: Writer,
  namespace: string,
  found: OpenItem | null,
  document: ItemDocument,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const { items, keys } = messer;
  const key = place.prefix + namespace;
  const newest =
    found?.item.key == null ? await chooseKey(messer, place, signal) : await keys.newest(found.item.key.name, signal);
  const dataKey = await keys.open(newest, signal);
  if (found === null) await items.createFolders(markersOf(key).slice(0, -1), signal);
  const id = (found === null ? document : documentOf(found.item)).get("id") ?? null;
  const sealed = sealItem({
    id,
    plaintext: writeDocument(document),
    keyName: newest.name,
    keyVersion: newest.version,
    dataKey,
  });
  return (await items.put(key, sealed, found?.item.object ?? "nothing", signal)) ? versionOf(sealed) : null;
}

function notExpected(namespace: string): CofferError {
  return new CofferError("CONFLICT", `the item ${quote(namespace)} is not in the expected state`, {
    hint: "look at it again, then decide",
  });
}

function noItem(namespace: string): CofferError {
  return new CofferError("USAGE", `${namespace === "" ? "the root" : quote(namespace)} is no item of a data bag`, {
    hint: "an item is a namespace of two parts: BAG/ITEM",
  });
}
