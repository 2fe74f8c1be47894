import { type CommitDocument, type StoredChange, sealedChanges } from "../../core/documents/commit.js";
import type { HeadDocument } from "../../core/documents/head.js";
import { isInRanges } from "../../core/ranges.js";

/** A blob of a commit. */
export interface BlobPlace {
  readonly sequence: number;
  readonly hash: string;
}

/** What a commit sealed, divided into what is to be there and what was purged. Blobs to which these values were moved later come with them. */
export interface Traced {
  /** The places in the body of values that were purged, whether they are null already or not. */
  readonly destroyed: readonly number[];
  readonly destroyedBlobs: readonly BlobPlace[];
  readonly keptBlobs: readonly BlobPlace[];
}

/**
 * Tells of each commit of a chain, given newest first from the head on, which of its values were purged: alone, or with a name that was forgotten
 * since. docs/FORMAT.md section 9.
 */
export function traceDestroyed({ entries }: HeadDocument): (commit: CommitDocument) => Traced {
  const forgotten = new Set<string>();
  // The blobs that the value of a version was moved to, until the change is met that sealed it so.
  const moved = new Map<string, number[]>();
  const isDestroyed = (name: string, version: number): boolean =>
    forgotten.has(name) || isInRanges(entries.get(name)?.purged ?? [], version);
  return ({ header }) => {
    const places = new Map<StoredChange, number>(sealedChanges(header).map((change, index) => [change, index]));
    const traced = { destroyed: [] as number[], destroyedBlobs: [] as BlobPlace[], keptBlobs: [] as BlobPlace[] };
    for (const change of header.changes.toReversed()) {
      if (change.op === "forget") forgotten.add(change.name);
      if (change.op !== "put" && change.op !== "reseal" && change.op !== "move") continue;
      const version = `${change.version} ${change.name}`;
      if (change.op === "move") {
        moved.set(version, [...(moved.get(version) ?? []), header.sequence]);
        continue;
      }
      const sequences = [...(moved.get(version) ?? []), ...(change.inBlob === true ? [header.sequence] : [])];
      moved.delete(version);
      const blobs = sequences.map((sequence) => ({ sequence, hash: change.hash }));
      if (isDestroyed(change.name, change.version)) {
        traced.destroyed.push(places.get(change) ?? -1);
        traced.destroyedBlobs.push(...blobs);
      } else traced.keptBlobs.push(...blobs);
    }
    return traced;
  };
}
