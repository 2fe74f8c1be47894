const SEGMENT = "[A-Za-z0-9_.\\-!()]";
const KEY = new RegExp(`^${SEGMENT}+(?:/${SEGMENT}+)*$`);
const PREFIX = new RegExp(`^(?:${SEGMENT}+/)*${SEGMENT}*$`);

/** True for what can be a key: see `ObjectStore`. */
export function isKey(candidate: string): boolean {
  return KEY.test(candidate);
}

/** Throws a TypeError for what is no key. Who makes keys out of foreign text must encode it first. */
export function assertKey(key: string): void {
  if (!isKey(key)) throw new TypeError(`not a key of an object store: ${JSON.stringify(key)}`);
}

/** Throws a TypeError for what no key can begin with. The empty prefix is every key's. */
export function assertPrefix(prefix: string): void {
  if (!PREFIX.test(prefix)) throw new TypeError(`not a prefix of keys: ${JSON.stringify(prefix)}`);
}
