import type { Call } from "../core/call.js";
import { CofferError } from "../errors.js";
import type { ObjectStore, PutCondition, StoredObject } from "../objects/object-store.js";
import { History } from "./faulty-object-store/history.js";

/** One call of a method, as the plan sees it before anything was done. */
export interface StoreCall {
  readonly operation: "get" | "put" | "list" | "delete" | "destroyEarlier";
  /** The key, or the prefix of a `list` or `destroyEarlier`. */
  readonly key: string;
  /** How many calls of this operation on this key went before. */
  readonly index: number;
}

/**
 * What goes wrong with a call.
 *
 * - `before` nothing is done, and `UNREACHABLE` thrown: the request was lost
 * - `after` it is done, and `UNREACHABLE` thrown: the answer was lost
 * - `refused` a put is done, and answers `"refused"`: the answer was lost, and the repetition met the success
 * - `late` a put throws `UNREACHABLE` now and is done, under its condition, when `deliver` is called
 * - `stale` a get answers as it would have before the last `by` changes (1 unless given) that this wrapper has seen
 * - `error` nothing is done, and the error given is thrown: `ACCESS_DENIED`, say
 */
export type Fault =
  | { readonly kind: "before" | "after" | "refused" | "late" }
  | { readonly kind: "stale"; readonly by?: number }
  | { readonly kind: "error"; readonly error: Error };

/** An object store that misbehaves to plan. */
export interface FaultyStore extends ObjectStore {
  /** Every call so far, in the order in which they began. */
  readonly calls: readonly StoreCall[];
  /** Does the late puts, oldest first, and gives what each one came to. */
  deliver(): Promise<({ etag: string } | "refused")[]>;
}

/**
 * Wraps a store so that calls fail as the plan says; those that it has no fault for go through. The plan is asked once
 * a call, so that with a plan that is a pure function the same calls meet the same faults.
 *
 *     faultyStore(openMemoryStore(), ({ operation, key, index }) =>
 *       operation === "put" && key.startsWith("heads/") && index === 0 ? { kind: "after" } : undefined)
 *
 * A fault that its operation cannot have (`refused` of a get) is a TypeError: the plan is wrong.
 */
export function faultyStore(inner: ObjectStore, plan: (call: StoreCall) => Fault | undefined): FaultyStore {
  return new PlannedStore(inner, plan);
}

interface PlannedCall extends StoreCall {
  readonly fault: Fault | undefined;
}

class PlannedStore implements FaultyStore {
  readonly url: string;
  readonly calls: StoreCall[] = [];
  readonly #inner: ObjectStore;
  readonly #plan: (call: StoreCall) => Fault | undefined;
  readonly #history = new History();
  #late: (() => Promise<{ etag: string } | "refused">)[] = [];

  constructor(inner: ObjectStore, plan: (call: StoreCall) => Fault | undefined) {
    this.url = inner.url;
    this.#inner = inner;
    this.#plan = plan;
  }

  get(key: string, options: Call & { unless: string }): Promise<StoredObject | "unchanged" | null>;
  get(key: string, options?: Call): Promise<StoredObject | null>;
  async get(key: string, options: Call & { unless?: string } = {}): Promise<StoredObject | "unchanged" | null> {
    const call = this.#begin("get", key);
    const { fault } = call;
    if (fault?.kind !== "stale") return this.#answer(call, () => this.#read(key, options));
    this.#history.see(key, await this.#inner.get(key, withoutUnless(options)));
    const earlier = this.#history.before(key, fault.by ?? 1);
    return earlier !== null && earlier.etag === options.unless ? "unchanged" : earlier;
  }

  async put(
    key: string,
    bytes: Uint8Array,
    condition: PutCondition,
    options: Call = {},
  ): Promise<{ etag: string } | "refused"> {
    const call = this.#begin("put", key);
    const kind = call.fault?.kind;
    const copy = new Uint8Array(bytes);
    if (kind === "late") {
      // Nobody waits for it any more, so that the caller's signal has no say in it.
      this.#late.push(() => this.#write(key, copy, condition, {}));
      throw unreachable(call);
    }
    if (kind !== "refused") return this.#answer(call, () => this.#write(key, copy, condition, options));
    await this.#write(key, copy, condition, options);
    return "refused";
  }

  async *list(prefix: string, options: Call = {}): AsyncIterable<string> {
    const call = this.#begin("list", prefix);
    const keys = await this.#answer(call, () => collect(this.#inner.list(prefix, options)));
    yield* keys;
  }

  async delete(key: string, options: Call = {}): Promise<void> {
    const call = this.#begin("delete", key);
    await this.#answer(call, async () => {
      await this.#inner.delete(key, options);
      this.#history.see(key, null);
    });
  }

  async destroyEarlier(prefix: string, meant: (key: string) => boolean, options: Call = {}): Promise<number> {
    const call = this.#begin("destroyEarlier", prefix);
    return this.#answer(call, () => this.#inner.destroyEarlier(prefix, meant, options));
  }

  async deliver(): Promise<({ etag: string } | "refused")[]> {
    const late = this.#late;
    this.#late = [];
    const outcomes: ({ etag: string } | "refused")[] = [];
    for (const put of late) outcomes.push(await put());
    return outcomes;
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #begin(operation: StoreCall["operation"], key: string): PlannedCall {
    const index = this.calls.filter((call) => call.operation === operation && call.key === key).length;
    const call = { operation, key, index };
    this.calls.push(call);
    const fault = this.#plan(call);
    if (fault?.kind === "error") throw fault.error;
    if (fault?.kind === "before") throw unreachable(call);
    return { ...call, fault };
  }

  async #answer<T>(call: PlannedCall, action: () => Promise<T>): Promise<T> {
    const kind = call.fault?.kind;
    if (kind !== undefined && kind !== "after") throw new TypeError(`a ${call.operation} cannot be ${kind}`);
    const answer = await action();
    if (kind === "after") throw unreachable(call);
    return answer;
  }

  async #read(key: string, options: Call & { unless?: string }): Promise<StoredObject | "unchanged" | null> {
    const { unless } = options;
    const object = await (unless === undefined
      ? this.#inner.get(key, options)
      : this.#inner.get(key, { ...options, unless }));
    if (object !== "unchanged") this.#history.see(key, object);
    return object;
  }

  async #write(
    key: string,
    bytes: Uint8Array,
    condition: PutCondition,
    options: Call,
  ): Promise<{ etag: string } | "refused"> {
    const answer = await this.#inner.put(key, bytes, condition, options);
    if (answer !== "refused") this.#history.see(key, { bytes, etag: answer.etag });
    return answer;
  }
}

function withoutUnless({ signal }: Call): Call {
  return signal === undefined ? {} : { signal };
}

function unreachable({ operation, key }: StoreCall): CofferError {
  return new CofferError("UNREACHABLE", `no answer to ${operation} ${key}`, { hint: "a test planned this failure" });
}

async function collect(keys: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const key of keys) all.push(key);
  return all;
}
