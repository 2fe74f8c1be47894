import type { BucketObject, BucketObjects } from "../../aws/s3/bucket-objects.js";
import { type ItemToSeal, parseItem, type StoredItem, sealItem } from "./format.js";
import { isMarker } from "./layout.js";

/** An item with what it takes to replace exactly it. */
export interface FoundItem extends StoredItem {
  readonly object: BucketObject;
}

/** What must be there when an item is written: nothing, or exactly what was read. */
export type Expected = "nothing" | BucketObject;

/** The bucket of the data bags. */
export interface MesserItems {
  readonly bucket: string;
  /** All keys that begin so, in byte order. */
  keys(prefix: string, signal?: AbortSignal): Promise<string[]>;
  /** The item at a key, or null. Throws `INTEGRITY` for what is none. */
  find(key: string, signal?: AbortSignal): Promise<FoundItem | null>;
  /** Seals and writes; false where what is there is not what is expected. */
  write(key: string, item: ItemToSeal, expected: Expected, signal?: AbortSignal): Promise<boolean>;
  /** Puts bytes that are sealed already. */
  put(key: string, bytes: Uint8Array, expected: Expected, signal?: AbortSignal): Promise<boolean>;
  /** Whatever lies at a key, or null. */
  findObject(key: string, signal?: AbortSignal): Promise<BucketObject | null>;
  delete(key: string, signal?: AbortSignal): Promise<void>;
  /** Whether a folder has its object, or anything in it. */
  hasFolder(folder: string, signal?: AbortSignal): Promise<boolean>;
  /** Makes the objects of folders that are not there yet. */
  createFolders(markers: readonly string[], signal?: AbortSignal): Promise<void>;
}

const TYPE = "application/octet-stream";

export function openMesserItems(bucket: BucketObjects): MesserItems {
  const items: MesserItems = {
    bucket: bucket.bucket,
    async keys(prefix, signal) {
      const keys: string[] = [];
      for await (const { key } of bucket.list(prefix, { signal })) keys.push(key);
      return keys;
    },
    async find(key, signal) {
      const object = isMarker(key) ? null : await bucket.get(key, signal);
      return object === null ? null : { ...parseItem(object.body, key), object };
    },
    write: (key, item, expected, signal) => items.put(key, sealItem(item), expected, signal),
    async put(key, bytes, expected, signal) {
      const condition = expected === "nothing" ? ({ ifNoneMatch: true } as const) : { ifMatch: expected.etag };
      return (await bucket.put(key, bytes, { ...condition, contentType: TYPE }, signal)) === "done";
    },
    findObject: (key, signal) => bucket.get(key, signal),
    delete: (key, signal) => bucket.delete(key, signal),
    async hasFolder(folder, signal) {
      if ((await bucket.get(`${folder}/`, signal)) !== null) return true;
      for await (const _ of bucket.list(`${folder}/`, { signal })) return true;
      return false;
    },
    async createFolders(markers, signal) {
      const last = markers.at(-1);
      if (last === undefined || (await bucket.get(last, signal)) !== null) return;
      for (const marker of markers) {
        await bucket.put(marker, new Uint8Array(), { ifNoneMatch: true, contentType: TYPE }, signal);
      }
    },
  };
  return items;
}
