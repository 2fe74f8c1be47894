import type { CommitDocument } from "../../core/documents/commit.js";
import { CofferError } from "../../errors.js";
import { type FoundHead, shownNamespace } from "../heads/found-head.js";

/**
 * True where a commit that is known beforehand shows that a namespace is what was written, although the keys that opened it could have been wrapped by
 * anybody: it stands in the chain, and its epoch key, which its id covers, is the one that vouches for the head. docs/FORMAT.md section 20.
 */
export function isProvenBy(
  known: ReadonlySet<string>,
  { document }: FoundHead,
  chain: readonly CommitDocument[],
): boolean {
  const { epoch, keys } = document.header;
  return chain.some(({ id, header }) => known.has(id) && header.epoch === epoch && header.key === keys[0]?.id);
}

/** The refusal of a namespace whose origin nothing shows. */
export function unproven(
  known: ReadonlySet<string>,
  { owner, document }: FoundHead,
  chain: readonly CommitDocument[],
): CofferError {
  const namespace = shownNamespace(owner.namespace);
  const { commit } = document.header;
  const why = chain.some(({ id }) => known.has(id))
    ? "its keys were changed since the commit that is known here"
    : "no commit of it is known here";
  return new CofferError(
    "ACCESS_DENIED",
    `nothing shows that ${namespace} is what was written: ${why}, and anybody can wrap keys for a recovery key; its head is ${commit}`,
    {
      hint: "compare this id with `coffer log --json` of somebody who has read it, or with your notes, and give it: --head ID; --accept-unproven takes it as it is",
    },
  );
}
