import type { Call } from "../../core/call.js";
import { epochSince } from "../../core/documents/fields.js";
import { CofferError } from "../../errors.js";
import type { VaultParts } from "../parts.js";
import type { RememberedHead } from "./contract.js";
import { type FoundHead, shownNamespace, type VerifiedHead } from "./found-head.js";

/**
 * Refuses (`ROLLBACK`) a head that is behind what was seen before, or on another branch: docs/FORMAT.md section 13. May read commits to
 * find an ancestor that is far back.
 */
export async function assertNotBehind(parts: VaultParts, head: FoundHead, options: Call = {}): Promise<void> {
  if (parts.minimumHead !== undefined) await assertDescends(parts, head, parts.minimumHead, options);
  const { remembered } = head;
  if (remembered === null) return;
  await assertDescends(parts, head, remembered, options);
}

/** Refuses (`ROLLBACK`) an epoch that was retired or never was, before anything is unwrapped for it. */
export function assertEpoch(head: FoundHead): void {
  const { remembered } = head;
  if (remembered === null) return;
  const { epoch, keys } = head.document.header;
  if (remembered.epoch === epoch) {
    if (remembered.key !== keys[0]?.id) throw rollback(head, "has another data key than before");
  } else if ((epochSince(epoch) ?? 0) <= remembered.sequence) {
    // It was retired, or never was: an epoch that is news began after what was seen.
    throw rollback(head, "is of an epoch that is not the present one");
  }
}

/** Keeps a verified head in mind, where there is memory and it is news. */
export async function rememberHead(parts: VaultParts, head: VerifiedHead): Promise<void> {
  const { memory, objects, keys } = parts;
  if (memory === null || keys === null) return;
  const { remembered } = head;
  const { commit, epoch, sequence } = head.document.header;
  if (remembered?.commit === commit && remembered.epoch === epoch) return;
  // Another program of this user may have seen a newer one meanwhile.
  const now = await memory.find(objects.url, head.owner.namespace);
  if (now !== null && now.commit !== remembered?.commit && now.sequence > sequence) return;
  await memory.save(objects.url, head.owner.namespace, describeHead(head, keys.id));
}

/** What is remembered of a verified head. */
export function describeHead(head: VerifiedHead, masterKey: string): RememberedHead {
  const { header } = head.document;
  return {
    store: head.owner.store,
    epoch: header.epoch,
    key: header.keys[0]?.id ?? "",
    sequence: header.sequence,
    commit: header.commit,
    masterKey,
  };
}

async function assertDescends(
  parts: VaultParts,
  head: FoundHead,
  seen: { readonly sequence: number; readonly commit: string },
  options: Call,
): Promise<void> {
  const { sequence } = head.document.header;
  if (sequence < seen.sequence) throw rollback(head, `went back from sequence ${seen.sequence} to ${sequence}`);
  if ((await commitAt(parts, head, seen.sequence, options)) !== seen.commit)
    throw rollback(head, `has not the commit ${seen.commit} that was seen before`);
}

/** The chain is loaded where something happened since. */
async function commitAt(parts: VaultParts, head: FoundHead, sequence: number, options: Call): Promise<string> {
  const { header } = head.document;
  if (header.sequence === sequence) return header.commit;
  return (await import("../history/chain.js")).ancestorAt(parts, head, sequence, options);
}

function rollback(head: FoundHead, what: string): CofferError {
  const namespace = shownNamespace(head.owner.namespace);
  return new CofferError("ROLLBACK", `${namespace} ${what}`, {
    hint: `somebody put an older state back; if you know why: coffer accept ${namespace} --head ${head.document.header.commit}`,
  });
}
