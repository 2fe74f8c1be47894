import type { HeadMemory, RememberedHead } from "../vault/heads/contract.js";

/** What a client has seen of heads, kept as long as this object: for tests of what a client does that remembers. */
export function openTransientMemory(): HeadMemory {
  const stores = new Map<string, string>();
  const heads = new Map<string, RememberedHead>();
  // No URL and no namespace can pass for another pair of them.
  const key = (url: string, namespace: string): string => JSON.stringify([url, namespace]);
  return {
    async findStore(url) {
      return stores.get(url) ?? null;
    },
    async find(url, namespace) {
      return heads.get(key(url, namespace)) ?? null;
    },
    async save(url, namespace, head) {
      if (head === null) {
        heads.delete(key(url, namespace));
        return true;
      }
      heads.set(key(url, namespace), { ...head });
      if (!stores.has(url)) stores.set(url, head.store);
      return true;
    },
  };
}
