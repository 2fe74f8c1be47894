import type { Call } from "../../core/call.js";
import type { CommitDocument } from "../../core/documents/commit.js";
import { blobKey, commitKey } from "../../core/layout.js";
import type { VerifiedHead } from "../heads/found-head.js";
import { proveCommit, type StoredCommit, walkStored } from "../history/chain.js";
import type { VaultParts } from "../parts.js";
import { idleKeys } from "../writing/idle-keys.js";
import { rewriteCommit } from "../writing/rewrite-commit.js";
import { destroyEarlier } from "./destroy-earlier.js";
import { type Traced, traceDestroyed } from "./trace-destroyed.js";

/** How many commits are written at once. */
const AT_ONCE = 8;

/**
 * Destroys every copy of what the chain says was purged, as far as there still are any: blobs first, then what stands in the commits' bodies, then what the storage keeps of
 * either as versions of its own. Resolves to the number of values. Whoever is interrupted begins again: a value that is null is one whose blobs are gone.
 * docs/FORMAT.md section 9.
 */
export async function destroyValues(
  parts: VaultParts,
  head: VerifiedHead,
  { write }: { readonly write: boolean },
  options: Call,
): Promise<number> {
  const trace = traceDestroyed(head.document);
  const kept = new Set<string>();
  let count = 0;
  let batch: (() => Promise<void>)[] = [];
  for await (const stored of walkStored(parts, head, options)) {
    const traced = trace(stored.commit);
    for (const key of keysToKeep(head, stored.commit, traced)) kept.add(key);
    const left = traced.destroyed.filter((index) => stored.commit.body.values[index] !== null);
    if (left.length === 0) continue;
    count += left.length;
    if (!write) continue;
    batch.push(() => destroyIn(parts, head, stored, traced, options));
    if (batch.length < AT_ONCE) continue;
    await doAll(batch);
    batch = [];
  }
  await doAll(batch);
  if (write) await destroyEarlier(parts, head, kept, options);
  return count;
}

/** Of a commit whose values are all still wanted, its own; and the blobs of those that are. */
function keysToKeep({ owner }: VerifiedHead, { header, id }: CommitDocument, traced: Traced): string[] {
  const blobs = traced.keptBlobs.map(({ sequence, hash }) => blobKey(owner.namespace, sequence, hash));
  return traced.destroyed.length > 0 ? blobs : [commitKey(owner.namespace, header.sequence, id), ...blobs];
}

async function destroyIn(
  parts: VaultParts,
  { owner }: VerifiedHead,
  stored: StoredCommit,
  { destroyed, destroyedBlobs }: Traced,
  options: Call,
): Promise<void> {
  await Promise.all(
    destroyedBlobs.map(({ sequence, hash }) => parts.objects.delete(blobKey(owner.namespace, sequence, hash), options)),
  );
  await rewriteCommit(
    parts,
    owner,
    stored,
    async (commit, call) => {
      if (destroyed.every((index) => commit.body.values[index] === null)) return null;
      const epochKey = await proveCommit(parts, owner, commit, call);
      const values = commit.body.values.map((value, index) => (destroyed.includes(index) ? null : value));
      const idle = idleKeys({ header: commit.header, body: { ...commit.body, values } });
      return { body: { keys: commit.body.keys.filter(({ id }) => !idle.has(id)), values }, epochKey };
    },
    options,
  );
}

/** Does them all at once. Throws the first failure, once nothing is under way any more. */
async function doAll(acts: readonly (() => Promise<void>)[]): Promise<void> {
  const begun = acts.map((act) => act());
  await Promise.allSettled(begun);
  await Promise.all(begun);
}
