import type { Call } from "../../core/call.js";
import { epochSince } from "../../core/documents/fields.js";
import { commitAt } from "../history/chain.js";
import type { VaultParts } from "../parts.js";
import type { NamespaceState } from "./contract.js";
import type { FoundHead, VerifiedHead } from "./found-head.js";
import { loadHead } from "./load-head.js";

/** What is to be known of a namespace before anybody worries about it: see `Vault.examine`. */
export async function examineNamespace(
  parts: VaultParts,
  namespace: string,
  options: Call = {},
): Promise<NamespaceState | null> {
  const head = await loadHead(parts, namespace, options);
  if (head === null) return null;
  const { commit, sequence } = head.document.header;
  return { namespace, commit, sequence, newest: newestTime(head), keysSince: await keysSince(parts, head, options) };
}

/** When the data keys in use were made, as the first commit of their epoch claims. */
export async function keysSince(parts: VaultParts, head: FoundHead, options: Call): Promise<Date> {
  const first = await commitAt(parts, head, epochSince(head.document.header.epoch) ?? 1, options);
  return new Date(first.header.time);
}

function newestTime({ document }: VerifiedHead): Date {
  const times = [...document.entries.values()].flatMap(({ current, staged = [] }) =>
    [...staged, ...(current === undefined ? [] : [current])].map(({ time }) => Date.parse(time)),
  );
  return new Date(Math.max(0, ...times));
}
