import { compareText, encodeHex } from "../../core/bytes.js";
import type { Call } from "../../core/call.js";
import { sha256 } from "../../core/ciphers.js";
import { isSubmissionId, parseSubmission, type SubmissionDocument } from "../../core/documents/submission.js";
import { inboxPrefix } from "../../core/layout.js";
import { CofferError, isCofferError } from "../../errors.js";
import { knownStore } from "../heads/load-head.js";
import type { VaultParts } from "../parts.js";
import type { InboxItem, Submission } from "./contract.js";
import { describeSubmission } from "./describe-submission.js";

/** How many objects are asked for at once. */
const AT_ONCE = 16;

/** A submission as it lies there, with the hash of its bytes. Nothing vouches for it yet. */
export interface FoundSubmission {
  readonly document: SubmissionDocument;
  readonly digest: string;
}

/** What waits in a namespace: see `Vault.inbox`. */
export async function* readInbox(
  parts: VaultParts,
  namespace: string,
  { only = () => true, ...call }: Call & { readonly only?: (id: string) => boolean } = {},
): AsyncGenerator<InboxItem> {
  const prefix = inboxPrefix(namespace);
  const remembered = (await parts.memory?.find(parts.objects.url, namespace)) ?? null;
  const store = await knownStore(parts, remembered);
  const ids: string[] = [];
  for await (const key of parts.objects.list(prefix, call)) ids.push(key.slice(prefix.length));
  const chosen = ids.filter((id) => only(id));
  const items: InboxItem[] = [];
  for (let start = 0; start < chosen.length; start += AT_ONCE) {
    const some = chosen.slice(start, start + AT_ONCE);
    items.push(...(await Promise.all(some.map((id) => readItem(parts, { store, namespace }, id, call)))).flat());
  }
  yield* items.sort(compareItems);
}

/** The order in which submissions are accepted: the older first, as far as their times can be believed. */
export function compareSubmissions(a: Pick<Submission, "id" | "time">, b: Pick<Submission, "id" | "time">): number {
  return a.time.getTime() - b.time.getTime() || compareText(a.id, b.id);
}

/**
 * Reads a submission and checks all that can be checked without a key: docs/FORMAT.md section 21. `store`: null where it is not known. Null when there is none. Throws
 * `INTEGRITY`, `UNSUPPORTED`.
 */
export async function findSubmission(
  { objects }: Pick<VaultParts, "objects">,
  { store, namespace }: { readonly store: string | null; readonly namespace: string },
  id: string,
  options: Call = {},
): Promise<FoundSubmission | null> {
  const place = inboxPrefix(namespace) + id;
  if (!isSubmissionId(id)) throw new CofferError("INTEGRITY", `${place} is no submission: its name is none`);
  const found = await objects.get(place, options);
  if (found === null) return null;
  const document = parseSubmission(found.bytes, place);
  const { header } = document;
  if (header.namespace !== namespace) throw displaced(place, "a submission to another namespace");
  if (header.id !== id) throw displaced(place, "a submission of another id");
  if (store !== null && header.store !== store) throw displaced(place, "a submission to another store");
  return { document, digest: encodeHex(sha256(found.bytes)) };
}

/** Empty where it was taken away meanwhile. */
async function readItem(
  parts: VaultParts,
  owner: { readonly store: string | null; readonly namespace: string },
  id: string,
  options: Call,
): Promise<InboxItem[]> {
  try {
    const found = await findSubmission(parts, owner, id, options);
    if (found === null) return [];
    const { header, puts } = found.document;
    const submission = describeSubmission(header, header.key.context ?? [], puts, found.digest);
    return [{ id, submission, problem: null }];
  } catch (error) {
    if (!isCofferError(error, "INTEGRITY") && !isCofferError(error, "UNSUPPORTED")) throw error;
    const object = inboxPrefix(owner.namespace) + id;
    return [{ id, submission: null, problem: { object, code: error.code, message: error.message } }];
  }
}

function compareItems(a: InboxItem, b: InboxItem): number {
  if (a.submission !== null && b.submission !== null) return compareSubmissions(a.submission, b.submission);
  if (a.submission === null && b.submission === null) return compareText(a.id, b.id);
  return a.submission === null ? 1 : -1;
}

function displaced(place: string, what: string): CofferError {
  return new CofferError("INTEGRITY", `${place} is ${what}`, {
    hint: "somebody moved objects in the store: reject it, and have it handed in again",
  });
}
