// What the tests of submissions stand on: who hands in and can do nothing else, and how an inbox is looked at.
import type { ChangedName } from "../core/secret-store.js";
import type { KeyProvider } from "../keys/key-provider.js";
import type { ObjectStore } from "../objects/object-store.js";
import type { Vault } from "../vault/contract.js";
import type { Acceptance, AcceptOptions, InboxItem, Submission } from "../vault/submitting/contract.js";
import { collect, MASTER_KEY, newStorage, openTestVault, shown, text } from "./vault-scene.js";

/** A call of a method, and its key; of a key provider, the epoch of the context. */
export type SeenCall = readonly [method: string, what: string];

/** Storage and master key of somebody who may make data keys for submissions and put them; whatever else he asks is noted, and fails. */
export function submitterGround(objects: ObjectStore): { objects: ObjectStore; keys: KeyProvider; calls: SeenCall[] } {
  const calls: SeenCall[] = [];
  const forbid =
    (method: string) =>
    (what: unknown): never => {
      calls.push([method, String(what)]);
      throw new Error(`who hands in may not ${method}`);
    };
  return {
    calls,
    objects: {
      url: objects.url,
      get: forbid("get"),
      list: forbid("list"),
      delete: forbid("delete"),
      destroyEarlier: forbid("destroyEarlier"),
      put: (key, bytes, condition, options) => {
        calls.push([`put ${Object.keys(condition)}`, key]);
        return objects.put(key, bytes, condition, options);
      },
      close: () => objects.close(),
    },
    keys: {
      ...MASTER_KEY,
      wrap: forbid("wrap"),
      unwrap: forbid("unwrap"),
      generate: (context, options) => {
        calls.push(["generate", context["coffer:epoch"] ?? ""]);
        return MASTER_KEY.generate(context, options);
      },
    },
  };
}

/** The id of a store, as somebody learns it who pins it. */
export async function storeIdOf(objects: ObjectStore): Promise<string> {
  const id = await openTestVault(objects).storeId();
  if (id === null) throw new Error("there is no store");
  return id;
}

/** The submissions that wait, in their order. Throws where something else lies there. */
export async function submissionsIn(vault: Vault, namespace: string): Promise<Submission[]> {
  const items: InboxItem[] = await collect(vault.inbox(namespace));
  return items.map(({ id, submission }) => {
    if (submission === null) throw new Error(`${id} is no submission`);
    return submission;
  });
}

/** Accepts all that waits. */
export async function acceptAll(vault: Vault, namespace: string, options?: AcceptOptions): Promise<Acceptance> {
  return vault.acceptSubmissions(namespace, await submissionsIn(vault, namespace), options);
}

/** Storage with ada, who may do everything in it, and ben, who hands in. */
export interface InboxScene {
  readonly objects: ObjectStore;
  readonly ada: Vault;
  readonly ben: Vault;
  /** Ben hands in one value. */
  submit(name: string, value: string): Promise<Submission>;
  /** What ada reads. */
  valueAt(path: string, version?: string): Promise<string | null>;
  /** What the commits of a namespace have changed, newest first. */
  changesOf(namespace: string): Promise<ChangedName[]>;
}

/** A store without a namespace. Ben's clock goes backwards, a minute a submission, so that the order of times is no accident. */
export async function inboxScene(): Promise<InboxScene> {
  const objects = await newStorage();
  let minute = 0;
  const now = (): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, -60 * minute++));
  const ben = openTestVault(objects, { author: "ben", storeId: await storeIdOf(objects), now });
  const ada = openTestVault(objects);
  return {
    objects,
    ada,
    ben,
    submit: (name, value) => ben.submit("prod", [{ name, value: text(value) }]),
    valueAt: async (path, version) => shown(await ada.read(path, version === undefined ? {} : { version })),
    changesOf: async (namespace) => (await collect(ada.log(namespace))).flatMap(({ changes }) => changes),
  };
}

/** Where a submission lies. */
export function keyOf({ id, namespace }: Submission): string {
  return `inbox/${namespace}/${id}`;
}
