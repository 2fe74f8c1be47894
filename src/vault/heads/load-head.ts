import { decodeBase64url } from "../../core/bytes.js";
import type { Call } from "../../core/call.js";
import { isEqualInConstantTime } from "../../core/ciphers.js";
import { type HeadDocument, parseHead } from "../../core/documents/head.js";
import { parseStoreRecord, STORE_RECORD_KEY } from "../../core/documents/store-record.js";
import { headKey } from "../../core/layout.js";
import { authenticate } from "../../core/sealing.js";
import type { Seen } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import type { Owner } from "../key-ring.js";
import type { VaultParts } from "../parts.js";
import type { RememberedHead } from "./contract.js";
import { type FoundHead, shownNamespace, type VerifiedHead } from "./found-head.js";
import { assertEpoch, assertNotBehind, rememberHead } from "./rollback.js";

/**
 * Reads the head of a namespace and checks all that can be checked without a key (docs/FORMAT.md section 10, steps 1–3). Null when there
 * never was one. Throws `INTEGRITY`, `ROLLBACK`, `UNSUPPORTED`.
 */
export async function findHead(
  parts: VaultParts,
  namespace: string,
  options: Call & { unless?: string } = {},
): Promise<FoundHead | "unchanged" | null> {
  const { unless, ...call } = options;
  const key = headKey(namespace);
  // Looked up before the head is: another program of this user may see a newer one between, and that is no rollback.
  const remembered = (await parts.memory?.find(parts.objects.url, namespace)) ?? null;
  const found =
    unless === undefined ? await parts.objects.get(key, call) : await parts.objects.get(key, { ...call, unless });
  if (found === "unchanged") return found;
  if (found === null) {
    assertNothingRemembered(parts, namespace, remembered);
    return null;
  }
  const document = parseHead(found.bytes, key);
  const store = (await knownStore(parts, remembered)) ?? document.header.store;
  assertIdentity(document, { store, namespace });
  const head = { owner: { store, namespace }, etag: found.etag, document, remembered };
  assertEpoch(head);
  return head;
}

/**
 * Reads and proves the head of a namespace, and remembers it. Null when there never was one. `seen` names one that was read before: if it was the last one, that is what it is.
 */
export async function loadHead(
  parts: VaultParts,
  namespace: string,
  { seen, ...options }: Call & Seen = {},
): Promise<VerifiedHead | null> {
  const held = parts.latest.find(namespace, seen?.commit);
  if (held !== undefined) return held;
  const found = await findHead(parts, namespace, options);
  const verified = found === null || found === "unchanged" ? null : await proveHead(parts, found, options);
  if (verified !== null) {
    await assertNotBehind(parts, verified, options);
    await rememberHead(parts, verified);
  }
  parts.latest.keep(namespace, verified);
  return verified;
}

/** Checks a head's MAC by its epoch key. Throws `INTEGRITY`, or what opening the key throws. */
export async function proveHead(parts: VaultParts, found: FoundHead, options: Call = {}): Promise<VerifiedHead> {
  const { header, mac, authenticated } = found.document;
  const [record] = header.keys;
  if (record === undefined) throw new TypeError("a parsed head has an epoch key");
  const key = await parts.ring.open(record, found.owner, "epoch", {}, options);
  const expected = authenticate(key, "head", authenticated);
  if (!isEqualInConstantTime(expected, decodeBase64url(mac) ?? new Uint8Array(0))) {
    throw new CofferError("INTEGRITY", `${headKey(found.owner.namespace)} is not as it was written`, {
      hint: "run `coffer verify`; restore this object from a backup, or the whole store to one moment",
    });
  }
  return { ...found, key };
}

/** The store id to ask under: pinned, remembered, or what the store says of itself. Throws `NOT_FOUND` where there is no store, `ROLLBACK` where it is another. */
export async function requireStore(parts: VaultParts, options: Call = {}): Promise<string> {
  const known = await knownStore(parts, null);
  const stated = await readStoreId(parts, options);
  if (stated === null) throw noStore(parts.objects.url);
  if (known !== null && stated !== known) throw otherStore(parts.objects.url, stated, known);
  return stated;
}

/** The id in the store's own record, or null where there is none. */
export async function readStoreId(parts: Pick<VaultParts, "objects">, options: Call = {}): Promise<string | null> {
  const record = await parts.objects.get(STORE_RECORD_KEY, options);
  return record === null ? null : parseStoreRecord(record.bytes);
}

/** The store id that is pinned, else the one that is remembered; null where nobody has said which store it is. Reads nothing of the store. */
export async function knownStore(
  parts: Pick<VaultParts, "storeId" | "memory" | "objects">,
  remembered: RememberedHead | null,
): Promise<string | null> {
  if (parts.storeId !== undefined) return parts.storeId;
  return remembered?.store ?? (await parts.memory?.findStore(parts.objects.url)) ?? null;
}

function assertIdentity({ header }: HeadDocument, owner: Owner): void {
  if (header.namespace !== owner.namespace) {
    throw new CofferError("INTEGRITY", `${headKey(owner.namespace)} is the head of another namespace`, {
      hint: "somebody moved objects in the store: restore it from a backup",
    });
  }
  if (header.store !== owner.store) {
    const namespace = shownNamespace(owner.namespace);
    throw otherStore(namespace, header.store, owner.store, `coffer accept ${namespace} --head ${header.commit}`);
  }
}

function assertNothingRemembered(parts: VaultParts, namespace: string, remembered: RememberedHead | null): void {
  const least = remembered ?? parts.minimumHead ?? null;
  if (least === null) return;
  throw new CofferError("ROLLBACK", `${shownNamespace(namespace)} had commit ${least.commit} and has none now`, {
    hint: `restore the store from a backup; if you know why it is gone: coffer accept ${shownNamespace(namespace)} --head none`,
  });
}

function noStore(url: string): CofferError {
  return new CofferError("NOT_FOUND", `there is no store at ${url}`, { hint: "make one: coffer init" });
}

function otherStore(
  what: string,
  stated: string,
  known: string,
  remedy = `COFFER_STORE_ID=${stated} pins the new one`,
): CofferError {
  return new CofferError("ROLLBACK", `${what} is of store ${stated}, not of store ${known} as before`, {
    hint: `if the store was made anew on purpose: ${remedy}`,
  });
}
