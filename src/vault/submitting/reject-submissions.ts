import type { Call } from "../../core/call.js";
import { inboxPrefix } from "../../core/layout.js";
import type { VaultParts } from "../parts.js";

/** How many objects are removed at once. */
const AT_ONCE = 16;

/** Removes objects of an inbox, opening none: see `Vault.rejectSubmissions`. */
export async function rejectSubmissions(
  { objects }: Pick<VaultParts, "objects">,
  namespace: string,
  ids: readonly string[],
  options: Call = {},
): Promise<void> {
  const keys = ids.map((id) => inboxPrefix(namespace) + id);
  for (let start = 0; start < keys.length; start += AT_ONCE) {
    await Promise.all(keys.slice(start, start + AT_ONCE).map((key) => objects.delete(key, options)));
  }
}

/** Removes them as far as that is possible. Resolves to the ids of those that may still be there. */
export async function removeAccepted(
  { objects }: Pick<VaultParts, "objects">,
  namespace: string,
  ids: readonly string[],
  options: Call = {},
): Promise<string[]> {
  const left: string[] = [];
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    const done = await Promise.allSettled(some.map((id) => objects.delete(inboxPrefix(namespace) + id, options)));
    left.push(...some.filter((_, index) => done[index]?.status === "rejected"));
  }
  return left;
}
