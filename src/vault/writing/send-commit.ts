import { blobKey } from "../../core/layout.js";
import type { VerifiedHead } from "../heads/found-head.js";
import type { VaultParts } from "../parts.js";
import type { BuiltCommit } from "./build-commit.js";
import { forgetCommit, putHead, putImmutable, storeCommit } from "./put-head.js";

/** How many blobs are sent at once. */
const BLOBS_AT_ONCE = 8;

/**
 * Sends a commit: blobs, commit, head, in this order. True: it happened. False: somebody else was first, and it never will; what it left is removed.
 * docs/FORMAT.md sections 11 and 12.
 */
export async function sendCommit(
  parts: VaultParts,
  base: VerifiedHead | null,
  built: BuiltCommit,
  limit: AbortSignal,
): Promise<boolean> {
  await sendBlobs(parts, built, limit);
  await storeCommit(parts, built, limit);
  limit.throwIfAborted();
  // From here on a signal of the caller's no longer counts: what may have happened has to be found out.
  const happened = await putHead(parts, base, built);
  if (!happened) await forgetCommit(parts, built);
  return happened;
}

async function sendBlobs(parts: VaultParts, { owner, header, blobs }: BuiltCommit, limit: AbortSignal): Promise<void> {
  for (let start = 0; start < blobs.length; start += BLOBS_AT_ONCE) {
    const some = blobs.slice(start, start + BLOBS_AT_ONCE);
    await Promise.all(
      some.map(({ hash, bytes }) => putImmutable(parts, blobKey(owner.namespace, header.sequence, hash), bytes, limit)),
    );
  }
}
