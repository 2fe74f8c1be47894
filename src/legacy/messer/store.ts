import { parsePath } from "../../core/name.js";
import type { Capabilities, SecretStore } from "../../core/secret-store.js";
import { commitItem } from "./commit-item.js";
import { MAX_VALUE_BYTES, none } from "./item-fields.js";
import { openMesser } from "./open-messer.js";
import { pick, readerOf } from "./read-items.js";
import { readStoreUrl, type StoreGround } from "./store-url.js";

export const CAN: Capabilities = {
  commit: "atomic",
  compareAndSet: "namespace",
  versions: "none",
  chooseVersion: false,
  context: false,
  stages: false,
  log: false,
  at: false,
  purge: false,
  listNeedsKey: true,
  metadata: [],
  keptVersions: 1,
  maxValueBytes: MAX_VALUE_BYTES,
};

/**
 * messer's data bags: an item, `BAG/ITEM`, is a namespace, and its fields are its secrets, written together. The state of an item is what its secrets have as their version, so any
 * change of it changes all of them. Nothing is asked yet. Throws what `readStoreUrl` throws.
 */
export async function openMesserStore(
  url: string,
  ground: StoreGround,
  { now = () => new Date() }: { readonly now?: () => Date } = {},
): Promise<SecretStore> {
  const place = await readStoreUrl(url, ground);
  const messer = openMesser(place, await place.openAws(), now);
  const reader = readerOf(messer, place.prefix);
  return {
    url,
    can: CAN,
    head: none.head,
    async *list(scope, { stage, signal } = {}) {
      none.assertPresent(stage === undefined ? {} : { stage });
      const secrets = await reader.all(scope, signal);
      for (const { value: _, ...info } of secrets) yield info;
    },
    async read(path, options = {}) {
      const { namespace, name } = parsePath(path);
      none.assertPresent(options);
      none.assertNoContext(options);
      if (options.version !== undefined) throw none.unsupported("keeps no versions");
      const found = await reader.find(namespace, options.signal);
      return found?.find((secret) => secret.name === name) ?? null;
    },
    async readAll(scope, options = {}) {
      none.assertPresent(options);
      none.assertNoContext(options);
      const secrets = await reader.all(scope, options.signal);
      return { secrets: options.only === undefined ? secrets : pick(scope, secrets, options.only), heads: [] };
    },
    commit: (namespace, changes, options = {}) => commitItem({ messer, place, now }, namespace, changes, options),
    log: none.log,
    async *history(path, { signal } = {}) {
      const { namespace, name } = parsePath(path);
      const found = (await reader.find(namespace, signal))?.find((secret) => secret.name === name);
      if (found === undefined) return;
      const { value: _, namespace: __, name: ___, ...info } = found;
      yield info;
    },
    purge: none.purge,
    async close() {
      messer.close();
    },
  };
}
