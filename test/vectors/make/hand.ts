import { encodeBase64url } from "../../../src/core/bytes.js";
import { sha256 } from "../../../src/core/ciphers.js";
import { type Context, contextNames } from "../../../src/core/context.js";
import {
  type CommitHeader,
  encodeCommit,
  IN_BLOB,
  type StoredChange,
  type StoredPut,
  type StoredReseal,
  sealedChanges,
} from "../../../src/core/documents/commit.js";
import { makeEpoch } from "../../../src/core/documents/fields.js";
import { FORMAT } from "../../../src/core/documents/lines.js";
import { encodeStoreRecord, STORE_RECORD_KEY } from "../../../src/core/documents/store-record.js";
import { climb } from "../../../src/core/ladder.js";
import { blobKey, commitKey, headKey } from "../../../src/core/layout.js";
import { applyChange, replay } from "../../../src/core/replay.js";
import { type Random, sealValue } from "../../../src/core/sealing.js";
import { Sensitive } from "../../../src/core/sensitive.js";
import { emptyState, nextEarlier, nextVersion, type State } from "../../../src/core/state.js";
import { encodeHandHead, sign, type Written } from "./hand-head.js";
import { HandKeys, type HeldKey } from "./hand-keys.js";
import { openMaster } from "./master.js";
import type { Scene } from "./scene.js";
import { FIRST_MOMENT, MINUTE, seeded } from "./seeded.js";

/** A change that is worked out when its turn comes. */
type Step = StoredChange | ((state: State) => StoredChange);

interface PutOptions {
  readonly stage?: string;
  readonly type?: "text" | "binary";
  readonly context?: Context;
  /** The id of an own key; the epoch key where left out. */
  readonly key?: string;
  readonly inBlob?: true;
  /** Sealed bytes instead of those that this would make. */
  readonly sealed?: Uint8Array;
}

/** Writes a chain by hand, with the format's own parts: also what the vault does not write yet, or never would. */
export class Hand {
  readonly store: string;
  readonly namespace: string;
  readonly random: Random;
  readonly #keys: HandKeys;
  readonly #values = new Map<string, string>();
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #commits: Written[] = [];
  readonly #state = emptyState();
  #ancestors: string[] = [];
  #epoch: HeldKey | null = null;

  constructor(seed: string, { namespace = "prod", store }: { namespace?: string; store?: string } = {}) {
    this.random = seeded(seed);
    const master = openMaster(this.random);
    this.store = store ?? encodeBase64url(this.random(16));
    this.namespace = namespace;
    this.#keys = new HandKeys(master, { store: this.store, namespace });
  }

  /** Begins an epoch with the next commit. */
  async beginEpoch(): Promise<string> {
    const epoch = makeEpoch(this.#commits.length + 1, this.random(16));
    this.#epoch = await this.#keys.make(epoch, "epoch", {});
    return this.#epoch.record.id;
  }

  /** Makes a data key for some secret alone; its id. */
  async makeOwnKey(context: Context = {}, key?: Sensitive): Promise<string> {
    const held = await this.#keys.make(this.#present().record.epoch, "own", context, key);
    return held.record.id;
  }

  put(name: string, content: string | Uint8Array, options: PutOptions = {}): Step {
    return (state) => {
      const { stage, type = "text", context = {}, inBlob } = options;
      const key = options.key ?? this.#present().record.id;
      const version = nextVersion(state, name);
      const earlier = nextEarlier(state, name);
      const hash = this.#seal({ name, version, type, context }, key, content, options.sealed);
      const names = contextNames(context);
      return {
        op: "put",
        name,
        version,
        ...(stage === undefined ? {} : { stage }),
        type,
        ...(names.length === 0 ? {} : { context: names }),
        key,
        hash,
        ...(inBlob === undefined ? {} : { inBlob }),
        ...(earlier.length === 0 ? {} : { earlier }),
      } satisfies StoredPut;
    };
  }

  remove(name: string): Step {
    return (state) => {
      const earlier = nextEarlier(state, name);
      return { op: "delete", name, version: nextVersion(state, name), ...(earlier.length === 0 ? {} : { earlier }) };
    };
  }

  /** Seals a version again, under the present epoch key or another. */
  reseal(name: string, version: number, content: string, key?: string): StoredReseal {
    const id = key ?? this.#present().record.id;
    return {
      op: "reseal",
      name,
      version,
      key: id,
      hash: this.#seal({ name, version, type: "text", context: {} }, id, content),
    };
  }

  /** Makes a commit; its id. `stored` may write into it what it should not say: the head follows what it should. */
  async commit(
    steps: readonly Step[],
    stored: (header: CommitHeader) => CommitHeader = (header) => header,
  ): Promise<string> {
    if (this.#epoch === null) await this.beginEpoch();
    const epoch = this.#present();
    const sequence = this.#commits.length + 1;
    const changes = this.#plan(steps, sequence);
    const header: CommitHeader = {
      coffer: FORMAT,
      kind: "commit",
      store: this.store,
      namespace: this.namespace,
      epoch: epoch.record.epoch,
      key: epoch.record.id,
      sequence,
      ancestors: this.#ancestors,
      nonce: encodeBase64url(this.random(16)),
      time: new Date(FIRST_MOMENT + sequence * MINUTE).toISOString(),
      changes,
    };
    const written = stored(header);
    const sealed = sealedChanges(written);
    const values = sealed.map(({ hash, inBlob }) => (inBlob === true ? IN_BLOB : (this.#values.get(hash) ?? IN_BLOB)));
    const keys = this.#keys.ownRecords(this.#present(), new Set(sealed.map(({ key }) => key)));
    const { id } = encodeCommit(written, { keys: [epoch.record], values: [] }, () => "");
    replay(this.#state, id, header);
    this.#putBlobs(changes, sequence);
    this.#commits.push({ header, id, stored: written, values, epoch, keys });
    this.#ancestors = climb(sequence, [id, ...this.#ancestors]);
    return id;
  }

  /** Takes away what a purge destroys: the values of these versions wherever they lie. */
  destroy(name: string, ...versions: readonly number[]): void {
    for (const { stored, values } of this.#commits) {
      sealedChanges(stored).forEach((change, index) => {
        if (change.name !== name || !versions.includes(change.version)) return;
        values[index] = null;
        for (const key of this.#blobs.keys())
          if (key.endsWith(blobKey(this.namespace, 1, change.hash).slice(-65))) this.#blobs.delete(key);
      });
    }
  }

  /** The store as it lies there; of its commits only those at some sequences, where these are given; with keys that only purged values name, or without. */
  scene(sequences?: readonly number[], { idleKeys = false }: { readonly idleKeys?: boolean } = {}): Scene {
    const objects = new Map<string, Uint8Array>(this.#blobs);
    objects.set(STORE_RECORD_KEY, encodeStoreRecord(this.store));
    for (const { stored, values, epoch, keys } of this.#commits) {
      if (sequences?.includes(stored.sequence) === false) continue;
      const used = new Set(
        sealedChanges(stored)
          .filter((_, index) => idleKeys || values[index] !== null)
          .map(({ key }) => key),
      );
      const body = { keys: [epoch.record, ...keys.filter(({ id }) => used.has(id))], values };
      const { id, bytes } = encodeCommit(stored, body, (covered) => sign(epoch, "commit", covered));
      objects.set(commitKey(this.namespace, stored.sequence, id), bytes);
    }
    objects.set(headKey(this.namespace), encodeHandHead(this.#commits.at(-1), this.#state, this.#values, this.#keys));
    const dataKeys = this.#keys.dataKeys();
    const { store, namespace, random } = this;
    return { store, namespace, masterKey: this.#keys.masterKey, objects, dataKeys, random };
  }

  #plan(steps: readonly Step[], sequence: number): StoredChange[] {
    const state: State = { floor: this.#state.floor, entries: new Map(this.#state.entries) };
    return steps.map((step) => {
      const change = typeof step === "function" ? step(state) : step;
      applyChange(state, change, { sequence, commit: "", time: "" }, change.name);
      return change;
    });
  }

  #putBlobs(changes: readonly StoredChange[], sequence: number): void {
    for (const change of changes) {
      const inBlob = (change.op === "put" || change.op === "reseal") && change.inBlob === true;
      if (!inBlob && change.op !== "move") continue;
      const hash = change.op === "move" ? this.#hashOf(change.name, change.version) : change.hash;
      this.#blobs.set(blobKey(this.namespace, sequence, hash), Buffer.from(this.#values.get(hash) ?? "", "base64url"));
    }
  }

  #hashOf(name: string, version: number): string {
    const entry = this.#state.entries.get(name);
    const found = [entry?.current, ...(entry?.staged.values() ?? [])].find(
      (candidate) => candidate?.version === version,
    );
    return found === undefined || "deleted" in found ? "" : found.hash;
  }

  #seal(
    place: { name: string; version: number; type: string; context: Context },
    key: string,
    content: string | Uint8Array,
    ready?: Uint8Array,
  ): string {
    const held = this.#keys.get(key);
    const secret = typeof content === "string" ? Sensitive.fromText(content) : Sensitive.from(content);
    const { store, namespace } = this;
    const sealed = ready ?? sealValue(held.key, { store, namespace, ...place }, secret, this.random);
    const hash = encodeBase64url(sha256(sealed));
    this.#values.set(hash, encodeBase64url(sealed));
    return hash;
  }

  #present(): HeldKey {
    if (this.#epoch === null) throw new TypeError("no epoch has begun");
    return this.#epoch;
  }
}
