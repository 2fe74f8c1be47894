// biome-ignore-all lint/suspicious/useAwait: what a method throws must come as a rejection, as from every other store
import { join, resolve } from "node:path";
import type { Call } from "../core/call.js";
import { CofferError } from "../errors.js";
import { readChanging } from "./folder/changing.js";
import { createChanging, deleteChanging, replaceChanging } from "./folder/compare-and-set.js";
import type { Disk } from "./folder/disk.js";
import { asFolderError } from "./folder/failure.js";
import { type FileSystem, nodeFileSystem } from "./folder/file-system.js";
import { Folders } from "./folder/folders.js";
import { listKeys } from "./folder/listing.js";
import { type Place, placeOf } from "./folder/place.js";
import { deleteRewritable, isRewritable, readRewritable, rewrite } from "./folder/rewriting.js";
import { Temporary } from "./folder/temporary.js";
import { createOnce, deleteOnce, readOnce } from "./folder/written-once.js";
import { assertPrefix } from "./object-key.js";
import type { ObjectStore, PutCondition, StoredObject } from "./object-store.js";

/** For tests: other files than the operating system's, and another clock (ms since 1970) for what is old enough to be swept. */
export interface FolderOptions {
  readonly files?: FileSystem;
  readonly now?: () => number;
}

/**
 * Opens a folder as an object store: safe among any number of processes, each of which may be killed at any moment, and
 * across power failures as far as the disk keeps what it confirmed. The folder need not be there: reading then finds
 * nothing, and the first `put` makes it. Objects below `heads/` can be replaced, those below `commits/` rewritten; `{ etag }`
 * elsewhere throws `UNSUPPORTED`.
 */
export function openFolderStore(root: string, options: FolderOptions = {}): ObjectStore {
  return new FolderStore(resolve(root), options);
}

class FolderStore implements ObjectStore {
  readonly url: string;
  readonly #disk: Disk;

  constructor(root: string, { files = nodeFileSystem, now = Date.now }: FolderOptions) {
    this.url = `folder:${root}`;
    const folders = new Folders(root, files);
    this.#disk = { files, folders, temporary: new Temporary(folders, files, now) };
  }

  get(key: string, options: Call & { unless: string }): Promise<StoredObject | "unchanged" | null>;
  get(key: string, options?: Call): Promise<StoredObject | null>;
  get(key: string, options: Call & { unless?: string } = {}): Promise<StoredObject | "unchanged" | null> {
    const { unless } = options;
    return this.#do("read", key, options, async (place) => {
      if (place.changing) return readChanging(this.#disk, place, unless);
      if (isRewritable(place)) return readRewritable(this.#disk, place, unless);
      return readOnce(this.#disk, place, unless);
    });
  }

  put(
    key: string,
    bytes: Uint8Array,
    condition: PutCondition,
    options: Call = {},
  ): Promise<{ etag: string } | "refused"> {
    return this.#do("write", key, options, (place) => {
      if ("absent" in condition) {
        return (place.changing ? createChanging : createOnce)(this.#disk, place, bytes, options.signal);
      }
      if (place.changing) return replaceChanging(this.#disk, place, bytes, condition.etag, options.signal);
      if (isRewritable(place)) return rewrite(this.#disk, place, bytes, condition.etag, options.signal);
      throw notReplaceable(key);
    });
  }

  async *list(prefix: string, options: Call = {}): AsyncIterable<string> {
    options.signal?.throwIfAborted();
    try {
      for (const key of listKeys(this.#disk, prefix)) {
        options.signal?.throwIfAborted();
        yield key;
      }
    } catch (error) {
      throw asFolderError(error, "list", this.#disk.folders.root);
    }
  }

  delete(key: string, options: Call = {}): Promise<void> {
    return this.#do("remove", key, options, (place) => {
      if (place.changing) return deleteChanging(this.#disk, place);
      return isRewritable(place) ? deleteRewritable(this.#disk, place) : deleteOnce(this.#disk, place);
    });
  }

  /** What is replaced or removed here is gone at once, or swept as a draft. */
  async destroyEarlier(prefix: string, _meant: (key: string) => boolean, options: Call = {}): Promise<number> {
    options.signal?.throwIfAborted();
    assertPrefix(prefix);
    return 0;
  }

  async close(): Promise<void> {}

  async #do<T>(doing: string, key: string, { signal }: Call, action: (place: Place) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const place = placeOf(key);
    try {
      return await action(place);
    } catch (error) {
      throw asFolderError(error, doing, join(this.#disk.folders.root, ...place.names));
    }
  }
}

function notReplaceable(key: string): CofferError {
  return new CofferError("UNSUPPORTED", `a folder store does not replace ${key}`, {
    hint: "it replaces objects below heads/ and commits/ only",
  });
}
