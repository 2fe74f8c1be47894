import { encodeBase64url } from "../../core/bytes.js";
import type { Call } from "../../core/call.js";
import { type CommitBody, type CommitDocument, encodeCommit, parseCommit } from "../../core/documents/commit.js";
import { MAX_COMMIT_BYTES } from "../../core/documents/fields.js";
import { commitKey } from "../../core/layout.js";
import { authenticate } from "../../core/sealing.js";
import type { Sensitive } from "../../core/sensitive.js";
import { CofferError, isCofferError } from "../../errors.js";
import { readStored, type StoredCommit } from "../history/chain.js";
import type { Owner } from "../key-ring.js";
import { deadline, type VaultParts } from "../parts.js";

/** How often a storage is asked again to vouch for what it has rewritten. */
const MAX_UNVOUCHED = 3;

/** What a commit's body is to be, and the epoch key that vouches for it. */
export interface Rewriting {
  readonly body: CommitBody;
  readonly epochKey: Sensitive;
}

/**
 * Writes a commit's body anew, if the object is still what was read, else reads it again: docs/FORMAT.md sections 7 and 16. `decide` says for
 * each look what the body is to be; null leaves it. True: it was written; what stood there is destroyed, as far as the storage vouches for it.
 */
export async function rewriteCommit(
  parts: VaultParts,
  owner: Owner,
  stored: StoredCommit,
  decide: (commit: CommitDocument, options: Call) => Promise<Rewriting | null>,
  options: Call,
): Promise<boolean> {
  const { id, header } = stored.commit;
  const place = commitKey(owner.namespace, header.sequence, id);
  const limit = { signal: deadline(parts, options.signal) };
  let { commit, etag } = stored;
  let written = false;
  let unvouched = 0;
  for (let attempt = 1; ; attempt++) {
    const next = await decide(commit, limit);
    if (next === null && unvouched === 0) return written;
    const bytes = next === null ? bytesOf(commit) : encode(place, commit, next);
    written = true;
    const answer = await tryPut(parts, place, { bytes, etag }, limit.signal);
    if (answer === "done") return written;
    if (answer !== "open" && ++unvouched > MAX_UNVOUCHED) throw answer;
    await parts.pause(attempt, limit.signal);
    ({ commit, etag } = await readStored(parts, owner, header.sequence, id, limit));
  }
}

/** The commit as it is: written again, so that the storage has to say once more that nothing else is left. */
function bytesOf({ header, body, mac }: CommitDocument): Uint8Array {
  return encodeCommit(header, body, () => mac).bytes;
}

function encode(place: string, { id, header }: CommitDocument, { body, epochKey }: Rewriting): Uint8Array {
  const { bytes, id: same } = encodeCommit(header, body, (signed) =>
    encodeBase64url(authenticate(epochKey, "commit", signed)),
  );
  if (same !== id) throw new TypeError("rewriting a commit must not change its header");
  if (bytes.byteLength > MAX_COMMIT_BYTES) {
    throw new CofferError("INVALID", `${place} would be larger than 64 MiB with another wrapping`, {
      hint: "drop a key that is not needed before: --drop-key",
    });
  }
  // What cannot be read must never be written.
  parseCommit(bytes, place);
  return bytes;
}

/** `open`: another was first, or no answer came; whatever it was, the next look shows it. An error: done, but what was there before may still lie somewhere. */
async function tryPut(
  parts: VaultParts,
  place: string,
  { bytes, etag }: { readonly bytes: Uint8Array; readonly etag: string },
  signal: AbortSignal,
): Promise<"done" | "open" | CofferError> {
  try {
    return (await parts.objects.put(place, bytes, { etag }, { signal })) === "refused" ? "open" : "done";
  } catch (error) {
    if (isCofferError(error, "UNREACHABLE") && !signal.aborted) return "open";
    if (isCofferError(error, "OUTCOME_UNKNOWN")) return error;
    throw error;
  }
}
