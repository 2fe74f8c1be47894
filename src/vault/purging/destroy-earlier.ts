import type { Call } from "../../core/call.js";
import { headKey, namespaceSegment, sequenceOfKey } from "../../core/layout.js";
import type { VerifiedHead } from "../heads/found-head.js";
import type { VaultParts } from "../parts.js";

/**
 * Destroys what the storage keeps, as versions of its own, of what a purge takes away: of commits and blobs, but for those that are `kept`; of the head, which held all values; and of
 * submissions that are gone, whose values are in commits. docs/FORMAT.md section 14.
 */
export async function destroyEarlier(
  parts: VaultParts,
  head: VerifiedHead,
  kept: ReadonlySet<string>,
  options: Call,
): Promise<void> {
  const { namespace } = head.owner;
  await destroyRemoved(parts, head, kept, options);
  await parts.objects.destroyEarlier(`inbox/${namespaceSegment(namespace)}/`, () => true, options);
  await parts.objects.destroyEarlier(headKey(namespace), (key) => key === headKey(namespace), options);
}

/** The same of commits and blobs alone. Whoever has overwritten or removed one that is `kept` has not taken it away for good. */
export async function destroyRemoved(
  { objects }: VaultParts,
  { owner, document }: VerifiedHead,
  kept: ReadonlySet<string>,
  options: Call,
): Promise<void> {
  const segment = namespaceSegment(owner.namespace);
  const isMeant = (key: string): boolean => {
    const sequence = sequenceOfKey(key);
    return sequence !== null && sequence <= document.header.sequence && !kept.has(key);
  };
  for (const what of ["blobs", "commits"]) await objects.destroyEarlier(`${what}/${segment}/`, isMeant, options);
}

/** Throws `ACCESS_DENIED` where the storage's own versions could not even be seen. */
export async function assertEarlierSeen(
  { objects }: VaultParts,
  { owner }: VerifiedHead,
  options: Call,
): Promise<void> {
  await objects.destroyEarlier(headKey(owner.namespace), () => false, options);
}
