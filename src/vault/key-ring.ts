import { compareText, decodeBase64url } from "../core/bytes.js";
import type { Call } from "../core/call.js";
import { type Context, contextParts } from "../core/context.js";
import type { KeyRecord } from "../core/documents/key-table.js";
import { dataKeyId } from "../core/sealing.js";
import type { Sensitive } from "../core/sensitive.js";
import { CofferError, isCofferError } from "../errors.js";
import type { KeyOpener, KeyProvider, KeyWrapper } from "../keys/key-provider.js";
import type { VaultOptions } from "./contract.js";

/** Whose keys they are: the store and namespace that were asked for, never what a document says. */
export interface Owner {
  readonly store: string;
  readonly namespace: string;
}

/** What a data key is for: it vouches for documents, or it only seals the values of secrets that have one to themselves. */
export type KeyUse = "epoch" | "own";

/** The context under which a data key is wrapped: docs/FORMAT.md section 6. An own key opens under no other use, so it vouches for nothing. */
export function keyContext(owner: Owner, epoch: string, use: KeyUse, context: Context = {}): Context {
  return {
    ...context,
    "coffer:store": owner.store,
    "coffer:namespace": owner.namespace === "" ? "/" : owner.namespace,
    "coffer:epoch": use === "own" ? `${epoch}/own` : epoch,
  };
}

/** The master key, or `USAGE` where the vault was opened without one. */
export function requireKeys(keys: KeyProvider | null): KeyProvider {
  if (keys === null) throw needsKey();
  return keys;
}

function needsKey(): CofferError {
  return new CofferError("USAGE", "this needs the master key", { hint: "name it with --key or COFFER_KEY" });
}

/** For whom new data keys are wrapped: the master key and the further ones, each once, in the order of the format. */
export async function keyHolders({ keys, alsoWrap }: Pick<VaultOptions, "keys" | "alsoWrap">): Promise<KeyWrapper[]> {
  const further = alsoWrap === undefined ? [] : await alsoWrap();
  const byId = new Map([requireKeys(keys), ...further].map((holder) => [holder.id, holder]));
  return [...byId.values()].sort((a, b) => compareText(a.id, b.id));
}

/** Opens data keys by the master key, or the first of several that one is wrapped for; each once. */
export class KeyRing {
  readonly #openers: readonly KeyOpener[];
  readonly #opened = new Map<string, Opening>();

  constructor(...openers: readonly KeyOpener[]) {
    this.#openers = openers;
  }

  /**
   * The data key of a record. Throws `ACCESS_DENIED` when no wrapping is for this master key, `CONTEXT` when user context does not open it,
   * `INTEGRITY` when it is not the key that it is listed as.
   */
  async open(
    record: KeyRecord,
    owner: Owner,
    use: KeyUse,
    context: Context = {},
    options: Call = {},
  ): Promise<Sensitive> {
    const full = keyContext(owner, record.epoch, use, context);
    // Context and wrappings are part of the question: a key that was opened by the right ones must not open by wrong ones.
    const question = JSON.stringify([record.id, record.wrappings, ...contextParts(full)]);
    const known = this.#opened.get(question);
    if (known !== undefined) return this.#share(known, () => this.open(record, owner, use, context, options));
    const opening = { key: unwrap(this.#openers, record, full, options), signal: options.signal };
    this.#opened.set(question, opening);
    opening.key.catch(() => this.#opened.delete(question));
    return opening.key;
  }

  /** The key that another call is opening; if that call is stopped, this one goes on by itself. */
  async #share(opening: Opening, again: () => Promise<Sensitive>): Promise<Sensitive> {
    try {
      return await opening.key;
    } catch (error) {
      if (opening.signal?.aborted === true) return again();
      throw error;
    }
  }
}

interface Opening {
  readonly key: Promise<Sensitive>;
  /** Whose call it is. */
  readonly signal: AbortSignal | undefined;
}

async function unwrap(
  openers: readonly KeyOpener[],
  record: KeyRecord,
  full: Context,
  options: Call,
): Promise<Sensitive> {
  const opener = openers.find(({ id }) => record.wrappings.some(({ by }) => by === id));
  const wrapping = record.wrappings.find(({ by }) => by === opener?.id);
  if (opener === undefined || wrapping === undefined) throw foreignKey(openers, record, full);
  let key: Sensitive;
  try {
    key = await opener.unwrap(decodeBase64url(wrapping.wrapped) ?? new Uint8Array(0), full, options);
  } catch (cause) {
    if (isCofferError(cause, "INTEGRITY") && record.context !== undefined) throw wrongContext(record.context, cause);
    throw cause;
  }
  if (dataKeyId(key) !== record.id) {
    throw new CofferError("INTEGRITY", `a data key of ${namespaceOf(full)} is not the one that it is listed as`, {
      hint: "somebody changed the store: run `coffer verify`, and restore it from a backup",
    });
  }
  return key;
}

/** The namespace of a key's context as a person reads it. */
function namespaceOf({ "coffer:namespace": namespace = "/" }: Context): string {
  return namespace === "/" ? namespace : `${namespace}/`;
}

function foreignKey(openers: readonly KeyOpener[], record: KeyRecord, full: Context): CofferError {
  if (openers.length === 0) return needsKey();
  const holders = record.wrappings.map(({ by }) => by).join(", ");
  const ours = openers.map(({ id }) => id).join(", ");
  return new CofferError(
    "ACCESS_DENIED",
    `${namespaceOf(full)} is sealed for another master key (${holders}), not for ${ours}`,
    {
      hint: "use the key that it was made with; if it is not yours, somebody replaced what was stored",
    },
  );
}

function wrongContext(names: readonly string[], cause: unknown): CofferError {
  return new CofferError("CONTEXT", `the context given for ${names.join(", ")} does not open it`, {
    hint: "give the same pairs as when it was put: -c NAME=VALUE",
    cause,
  });
}
