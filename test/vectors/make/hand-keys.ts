import { compareText, encodeBase64url } from "../../../src/core/bytes.js";
import { type Context, contextNames } from "../../../src/core/context.js";
import type { KeyRecord } from "../../../src/core/documents/key-table.js";
import { dataKeyId } from "../../../src/core/sealing.js";
import type { Sensitive } from "../../../src/core/sensitive.js";
import { type KeyUse, keyContext, type Owner } from "../../../src/vault/key-ring.js";
import type { Master } from "./master.js";

export interface HeldKey {
  readonly record: KeyRecord;
  readonly key: Sensitive;
}

/** The data keys of a chain that is written by hand, as stored and opened. */
export class HandKeys {
  readonly #master: Master;
  readonly #owner: Owner;
  readonly #held = new Map<string, HeldKey>();

  constructor(master: Master, owner: Owner) {
    this.#master = master;
    this.#owner = owner;
  }

  /** The line of the master key's file. */
  get masterKey(): string {
    return this.#master.line;
  }

  /** Makes a data key, or lists one that is given. */
  async make(epoch: string, use: KeyUse, context: Context, given?: Sensitive): Promise<HeldKey> {
    const { provider } = this.#master;
    const full = keyContext(this.#owner, epoch, use, context);
    const { key, wrapped } =
      given === undefined ? await provider.generate(full) : { key: given, wrapped: await provider.wrap(given, full) };
    const names = contextNames(context);
    const wrappings = [{ by: provider.id, wrapped: encodeBase64url(wrapped) }];
    const record = { id: dataKeyId(key), epoch, ...(names.length === 0 ? {} : { context: names }), wrappings };
    this.#held.set(record.id, { record, key });
    return { record, key };
  }

  get(id: string): HeldKey {
    const held = this.#held.get(id);
    if (held === undefined) throw new TypeError(`there is no key ${id}`);
    return held;
  }

  /** Those of the keys that are used and not the epoch's, in the order of their ids. */
  ownRecords(epoch: HeldKey, used: ReadonlySet<string>): KeyRecord[] {
    return Array.from(this.#held.values(), ({ record }) => record)
      .filter(({ id }) => used.has(id) && id !== epoch.record.id)
      .sort((a, b) => compareText(a.id, b.id));
  }

  dataKeys(): Map<string, Sensitive> {
    return new Map(Array.from(this.#held, ([id, { key }]) => [id, key]));
  }
}
