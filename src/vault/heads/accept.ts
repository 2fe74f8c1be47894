import type { Call } from "../../core/call.js";
import type { Head } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { requireKeys } from "../key-ring.js";
import type { VaultParts } from "../parts.js";
import { describeHeadState } from "../reading/read.js";
import { shownNamespace } from "./found-head.js";
import { findHead, proveHead } from "./load-head.js";
import { describeHead } from "./rollback.js";

/** The word for "there is no head, and I know why". */
export const NO_HEAD = "none";

/** Trusts the present head of a namespace from now on: see `Vault.accept`. */
export async function acceptHead(
  parts: VaultParts,
  namespace: string,
  commit: string,
  options: Call = {},
): Promise<Head | null> {
  const { memory, objects, keys } = parts;
  if (memory === null) throw new CofferError("USAGE", "nothing is remembered here, so there is nothing to accept");
  // Looked at without what is remembered: that is what a person overrules.
  const found = await findHead({ ...parts, memory: null }, namespace, options);
  if (found === null || found === "unchanged") {
    if (commit !== NO_HEAD) throw otherHead(namespace, "none at all");
    assertSaved(await memory.save(objects.url, namespace, null));
    return null;
  }
  const { header } = found.document;
  if (header.commit !== commit) throw otherHead(namespace, header.commit);
  const head = await proveHead(parts, found, options);
  assertSaved(await memory.save(objects.url, namespace, describeHead(head, requireKeys(keys).id)));
  return describeHeadState(head, true);
}

function assertSaved(saved: boolean): void {
  if (!saved)
    throw new CofferError("FAILED", "what was accepted could not be written down: the state folder is not writable");
}

function otherHead(namespace: string, found: string): CofferError {
  return new CofferError("CONFLICT", `the head of ${shownNamespace(namespace)} is ${found}`, {
    hint: "type the id of the head that you mean to trust",
  });
}
