import { decodeBase64url, encodeBase64url } from "../../core/bytes.js";
import type { Call } from "../../core/call.js";
import { sha256 } from "../../core/ciphers.js";
import { type Context, contextNames, pickContext } from "../../core/context.js";
import type { KeyRecord } from "../../core/documents/key-table.js";
import { blobKey } from "../../core/layout.js";
import { joinPath, quote } from "../../core/name.js";
import { openValue } from "../../core/sealing.js";
import type { ValueType } from "../../core/secret-store.js";
import type { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { damaged } from "../damaged.js";
import type { Owner } from "../key-ring.js";
import type { VaultParts } from "../parts.js";

/** One sealed version and where to find what opens it. */
export interface SealedVersion {
  readonly owner: Owner;
  readonly name: string;
  readonly version: number;
  readonly type: ValueType;
  /** The names of its context. */
  readonly context: readonly string[];
  /** The id of its data key, among these. */
  readonly key: string;
  readonly keys: readonly KeyRecord[];
  /** base64url of the sealed value, or the blob that holds it. */
  readonly sealed: string | { readonly sequence: number; readonly hash: string };
}

/** How given pairs are matched with those that a secret names: exactly those, or as a pool to take them from. */
export interface GivenContext {
  readonly pairs: Context;
  readonly pool: boolean;
}

/** Opens a sealed version. Throws `CONTEXT`, `INTEGRITY`, or what opening its key throws. */
export async function openVersion(
  parts: VaultParts,
  item: SealedVersion,
  given: GivenContext,
  options: Call = {},
): Promise<Sensitive> {
  const context = matchContext(item, given);
  const [key, sealed] = await Promise.all([openKey(parts, item, context, options), readSealed(parts, item, options)]);
  return openSealed(key, item, context, sealed);
}

/** Opens many versions of one document, each of its keys once. */
export async function openVersions(
  parts: VaultParts,
  items: readonly SealedVersion[],
  given: GivenContext,
  options: Call = {},
): Promise<Sensitive[]> {
  const contexts = items.map((item) => matchContext(item, given));
  const keys = new Map<string, Promise<Sensitive>>();
  for (const [index, item] of items.entries()) {
    // One key is of one context, so that its id says which.
    if (!keys.has(item.key)) keys.set(item.key, openKey(parts, item, contexts[index] ?? {}, options));
  }
  const opened = new Map(await Promise.all(Array.from(keys, async ([id, key]) => [id, await key] as const)));
  return Promise.all(
    items.map((item, index) => {
      const open = (sealed: Uint8Array): Sensitive =>
        openSealed(opened.get(item.key), item, contexts[index] ?? {}, sealed);
      return typeof item.sealed === "string"
        ? open(inlineBytes(item.sealed))
        : readSealed(parts, item, options).then(open);
    }),
  );
}

async function openKey(parts: VaultParts, item: SealedVersion, context: Context, options: Call): Promise<Sensitive> {
  const index = item.keys.findIndex(({ id }) => id === item.key);
  const record = item.keys[index];
  if (record === undefined) throw damaged(`the data key of ${pathOf(item)} is missing`);
  return parts.ring.open(record, item.owner, index === 0 ? "epoch" : "own", context, options);
}

function openSealed(key: Sensitive | undefined, item: SealedVersion, context: Context, sealed: Uint8Array): Sensitive {
  const { owner, name, version, type } = item;
  const value = key === undefined ? null : openValue(key, { ...owner, name, version, type, context }, sealed);
  if (value === null) throw damaged(`the value of ${pathOf(item)}, version ${version}, is not as it was written`);
  return value;
}

/** The sealed bytes of a version, from where they lie. Throws `INTEGRITY` for a blob that is missing or another. */
export async function readSealed(
  parts: Pick<VaultParts, "objects">,
  { owner, sealed }: Pick<SealedVersion, "owner" | "sealed">,
  options: Call = {},
): Promise<Uint8Array> {
  if (typeof sealed === "string") return inlineBytes(sealed);
  const place = blobKey(owner.namespace, sealed.sequence, sealed.hash);
  const found = await parts.objects.get(place, options);
  if (found === null) throw damaged(`${place} is missing`);
  if (encodeBase64url(sha256(found.bytes)) !== sealed.hash) throw damaged(`${place} is not as it was written`);
  return found.bytes;
}

function inlineBytes(sealed: string): Uint8Array {
  return decodeBase64url(sealed) ?? new Uint8Array(0);
}

function matchContext(item: SealedVersion, { pairs, pool }: GivenContext): Context {
  const picked = pickContext(pairs, item.context);
  if (picked === null) {
    const missing = item.context.filter((name) => !Object.hasOwn(pairs, name));
    throw new CofferError(
      "CONTEXT",
      `${pathOf(item)} was put with a context: ${missing.map(quote).join(", ")} is not given`,
      {
        hint: `give it: ${missing.map((name) => `-c ${name}=…`).join(" ")}`,
      },
    );
  }
  const extra = contextNames(pairs).filter((name) => !item.context.includes(name));
  if (!pool && extra.length > 0) {
    throw new CofferError("CONTEXT", `${pathOf(item)} was put without the context ${extra.map(quote).join(", ")}`, {
      hint: "give exactly the pairs that it was put with",
    });
  }
  return picked;
}

function pathOf({ owner, name }: SealedVersion): string {
  return quote(joinPath(owner.namespace, name));
}
