import { compareText, encodeBase64url } from "../../core/bytes.js";
import {
  type CommitHeader,
  encodeCommit,
  IN_BLOB,
  parseCommit,
  type StoredChange,
  sealedChanges,
} from "../../core/documents/commit.js";
import { MAX_COMMIT_BYTES, MAX_HEAD_BYTES } from "../../core/documents/fields.js";
import {
  encodeHead,
  type HeadEntry,
  type HeadHeader,
  hashOf,
  liveVersions,
  parseHead,
} from "../../core/documents/head.js";
import type { KeyRecord } from "../../core/documents/key-table.js";
import { FORMAT } from "../../core/documents/lines.js";
import { climb } from "../../core/ladder.js";
import { replay } from "../../core/replay.js";
import { authenticate } from "../../core/sealing.js";
import type { Sensitive } from "../../core/sensitive.js";
import type { State } from "../../core/state.js";
import { CofferError } from "../../errors.js";
import { shownNamespace, type VerifiedHead } from "../heads/found-head.js";
import type { Owner } from "../key-ring.js";
import type { VaultParts } from "../parts.js";
import { entryWithValues, inlineOf } from "./head-entries.js";
import type { EpochKey, Plan } from "./plan-changes.js";
import { hashesOfMoved, spillLargest } from "./spill.js";

/** A commit ready to be sent, with the head that makes it happen. */
export interface BuiltCommit {
  readonly owner: Owner;
  readonly id: string;
  readonly header: CommitHeader;
  readonly bytes: Uint8Array;
  readonly head: Uint8Array;
  /** The data key that authenticates both. */
  readonly epochKey: Sensitive;
  /** `moved`: an older value's, which others may move to the same blob at the same moment. */
  readonly blobs: readonly { readonly hash: string; readonly bytes: Uint8Array; readonly moved: boolean }[];
}

interface Materials {
  readonly parts: VaultParts;
  readonly owner: Owner;
  readonly epoch: EpochKey;
  /** The head that the commit stands on; null for the first. */
  readonly base: VerifiedHead | null;
  /** The state before the commit. */
  readonly state: State;
  readonly plan: Plan;
  readonly message: string | undefined;
}

/** The same, when it is known who makes the commit. */
interface Signed extends Materials {
  readonly author: string | undefined;
}

/** Builds commit and head. Values that would make the head too large go to blobs, the largest first; throws `INVALID` when that is not enough. */
export async function buildCommit(materials: Materials): Promise<BuiltCommit> {
  const signed = { ...materials, author: await materials.parts.findAuthor() };
  const inlined = inlineValues(materials);
  let changes = materials.plan.changes;
  for (;;) {
    const built = assemble(signed, changes, inlined);
    const excess = built.head.byteLength - MAX_HEAD_BYTES;
    if (excess <= 0) return checked(built);
    changes = spillLargest(
      changes,
      { ...materials, sequence: (materials.base?.document.header.sequence ?? 0) + 1, inlined },
      excess,
    );
  }
}

function assemble(
  materials: Signed,
  changes: readonly StoredChange[],
  inlined: ReadonlyMap<string, string>,
): BuiltCommit {
  const { owner, epoch, plan } = materials;
  const header = makeHeader(materials, changes);
  const sealed = sealedChanges(header);
  const values = sealed.map(({ hash, inBlob }) => (inBlob === true ? IN_BLOB : inlineOf(hash, inlined)));
  const used = new Set(sealed.map(({ key }) => key));
  const body = { keys: keyTableOf(epoch, plan.ownKeys, used), values };
  const commit = encodeCommit(header, body, (bytes) => encodeBase64url(authenticate(epoch.key, "commit", bytes)));
  const state = { floor: materials.state.floor, entries: new Map(materials.state.entries) };
  replay(state, commit.id, header);
  const entries = Array.from(state.entries.values(), (entry) => entryWithValues(entry, inlined));
  const head = makeHead(materials, header, commit.id, state.floor, entries);
  const inBlobs = [
    ...sealed.filter(({ inBlob }) => inBlob === true).map(({ hash }) => ({ hash, moved: false })),
    ...hashesOfMoved(materials.state, changes).map((hash) => ({ hash, moved: true })),
  ];
  const blobs = inBlobs.map((blob) => ({ ...blob, bytes: bytesOf(blob.hash, plan, inlined) }));
  return { owner, id: commit.id, header, bytes: commit.bytes, head, epochKey: epoch.key, blobs };
}

function makeHeader(
  { parts, owner, epoch, base, message, author }: Signed,
  changes: readonly StoredChange[],
): CommitHeader {
  const parent = base?.document.header;
  return {
    coffer: FORMAT,
    kind: "commit",
    store: owner.store,
    namespace: owner.namespace,
    epoch: epoch.record.epoch,
    key: epoch.record.id,
    sequence: (parent?.sequence ?? 0) + 1,
    ancestors: parent === undefined ? [] : climb(parent.sequence, [parent.commit, ...parent.ancestors]),
    nonce: encodeBase64url(parts.random(16)),
    time: parts.now().toISOString(),
    ...(author === undefined ? {} : { author }),
    ...(message === undefined || message === "" ? {} : { message }),
    changes: [...changes],
  };
}

function makeHead(
  { parts, owner, epoch, base, plan }: Materials,
  header: CommitHeader,
  commit: string,
  floor: number,
  entries: readonly HeadEntry[],
): Uint8Array {
  const used = new Set(Array.from(liveVersions(entries), ({ key }) => key));
  const candidates = [...(base?.document.header.keys.slice(1) ?? []), ...plan.ownKeys];
  const first: HeadHeader = {
    coffer: FORMAT,
    kind: "head",
    store: owner.store,
    namespace: owner.namespace,
    epoch: epoch.record.epoch,
    sequence: header.sequence,
    commit,
    ancestors: header.ancestors,
    nonce: encodeBase64url(parts.random(16)),
    ...(floor === 0 ? {} : { floor }),
    keys: keyTableOf(epoch, candidates, used),
  };
  return encodeHead(first, entries, (bytes) => encodeBase64url(authenticate(epoch.key, "head", bytes)));
}

/** Every value that a head may hold inline, old and new, by its hash. */
function inlineValues({ base, plan }: Materials): Map<string, string> {
  const values = new Map<string, string>();
  for (const version of liveVersions(base?.document.entries.values() ?? [])) {
    if ("value" in version) values.set(hashOf(version), version.value);
  }
  for (const [hash, bytes] of plan.sealed) values.set(hash, encodeBase64url(bytes));
  return values;
}

function keyTableOf(epoch: EpochKey, candidates: readonly KeyRecord[], used: ReadonlySet<string>): KeyRecord[] {
  const others = candidates.filter(({ id }) => used.has(id)).sort((a, b) => compareText(a.id, b.id));
  return [epoch.record, ...others];
}

function bytesOf(hash: string, plan: Plan, inlined: ReadonlyMap<string, string>): Uint8Array {
  return plan.sealed.get(hash) ?? Buffer.from(inlineOf(hash, inlined), "base64url");
}

// What cannot be read must never be written: the writer is its own first reader.
function checked(built: BuiltCommit): BuiltCommit {
  if (built.bytes.byteLength > MAX_COMMIT_BYTES) {
    throw new CofferError("INVALID", `this change of ${shownNamespace(built.owner.namespace)} is larger than 64 MiB`, {
      hint: "make it in several parts",
    });
  }
  parseCommit(built.bytes, "the new commit");
  parseHead(built.head, "the new head");
  return built;
}
