import type { Call } from "../../core/call.js";
import { isLive } from "../../core/documents/head.js";
import { blobKey, commitKey, namespaceSegment, sequenceOfKey } from "../../core/layout.js";
import type { VerifiedHead } from "../heads/found-head.js";
import { walkChain } from "../history/chain.js";
import type { VaultParts } from "../parts.js";
import { destroyRemoved } from "./destroy-earlier.js";
import { traceDestroyed } from "./trace-destroyed.js";

/**
 * Removes what nothing refers to: commits that lost, blobs of such commits, and blobs of purged values, and of all that was removed what the storage keeps as versions of its own. Resolves to the keys, in byte order. An object above
 * the head's sequence may be somebody's commit in the making, and is never touched: docs/FORMAT.md section 14.
 */
export async function removeOrphans(
  parts: VaultParts,
  head: VerifiedHead,
  { write }: { readonly write: boolean },
  options: Call,
): Promise<string[]> {
  const referred = await findReferred(parts, head, options);
  const segment = namespaceSegment(head.owner.namespace);
  const orphans: string[] = [];
  for (const prefix of [`blobs/${segment}/`, `commits/${segment}/`]) {
    for await (const key of parts.objects.list(prefix, options)) {
      const sequence = sequenceOfKey(key);
      const isPast = sequence !== null && sequence <= head.document.header.sequence;
      if (isPast && !referred.has(key)) orphans.push(key);
    }
  }
  if (!write) return orphans;
  for (const key of orphans) await parts.objects.delete(key, options);
  await destroyRemoved(parts, head, referred, options);
  return orphans;
}

/** The keys of all that the head and its chain refer to, but for what was purged. */
async function findReferred(parts: VaultParts, { owner, document }: VerifiedHead, options: Call): Promise<Set<string>> {
  const { namespace } = owner;
  const referred = new Set<string>();
  const trace = traceDestroyed(document);
  for await (const commit of walkChain(parts, { owner, document, etag: "", remembered: null }, options)) {
    referred.add(commitKey(namespace, commit.header.sequence, commit.id));
    for (const { sequence, hash } of trace(commit).keptBlobs) referred.add(blobKey(namespace, sequence, hash));
  }
  for (const { current, staged = [] } of document.entries.values()) {
    for (const version of [...staged, ...(current === undefined ? [] : [current])]) {
      if (isLive(version) && "blob" in version) referred.add(blobKey(namespace, version.blob, version.hash));
    }
  }
  return referred;
}
