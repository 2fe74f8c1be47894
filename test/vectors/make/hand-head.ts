import { encodeBase64url } from "../../../src/core/bytes.js";
import { sha256 } from "../../../src/core/ciphers.js";
import type { CommitHeader } from "../../../src/core/documents/commit.js";
import { encodeHead, type HeadHeader, liveVersions } from "../../../src/core/documents/head.js";
import type { KeyRecord } from "../../../src/core/documents/key-table.js";
import { authenticate } from "../../../src/core/sealing.js";
import type { State } from "../../../src/core/state.js";
import { entryWithValues } from "../../../src/vault/writing/head-entries.js";
import type { HandKeys, HeldKey } from "./hand-keys.js";

/** A commit that was written by hand. */
export interface Written {
  /** What the commit should say, by which the head is made. */
  readonly header: CommitHeader;
  readonly id: string;
  /** What it says. */
  readonly stored: CommitHeader;
  readonly values: (string | null)[];
  readonly epoch: HeldKey;
  readonly keys: readonly KeyRecord[];
}

/** The head over a newest commit; `inlined` are the sealed values by their hashes. */
export function encodeHandHead(
  newest: Written | undefined,
  state: State,
  inlined: ReadonlyMap<string, string>,
  keys: HandKeys,
): Uint8Array {
  if (newest === undefined) throw new TypeError("a head needs a commit");
  const { header, id, epoch } = newest;
  const entries = Array.from(state.entries.values(), (entry) => entryWithValues(entry, inlined));
  const used = new Set(Array.from(liveVersions(entries), ({ key }) => key));
  const first: HeadHeader = {
    coffer: header.coffer,
    kind: "head",
    store: header.store,
    namespace: header.namespace,
    epoch: header.epoch,
    sequence: header.sequence,
    commit: id,
    ancestors: header.ancestors,
    nonce: encodeBase64url(sha256(Buffer.from(id)).subarray(0, 16)),
    ...(state.floor === 0 ? {} : { floor: state.floor }),
    keys: [epoch.record, ...keys.ownRecords(epoch, used)],
  };
  return encodeHead(first, entries, (covered) => sign(epoch, "head", covered));
}

/** The MAC of a document's bytes. */
export function sign({ key }: HeldKey, kind: "head" | "commit", covered: Uint8Array): string {
  return encodeBase64url(authenticate(key, kind, covered));
}
