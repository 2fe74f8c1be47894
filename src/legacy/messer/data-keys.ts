import type { DataKeys, KeyContext, NewDataKey } from "../../aws/kms/data-keys.js";
import type { BucketObject, BucketObjects } from "../../aws/s3/bucket-objects.js";
import { contextNames, pickContext } from "../../core/context.js";
import { quote } from "../../core/name.js";
import type { Sensitive } from "../../core/sensitive.js";
import { CofferError, isCofferError } from "../../errors.js";
import type { KeyVersion } from "./format.js";
import { dataKeyAt, isMarker, joinKey, markersOf } from "./layout.js";

/** What it takes to make data keys and to open them. */
export interface DataKeyPlace {
  readonly bucket: BucketObjects;
  readonly kms: DataKeys;
  /** `alias/…`, an id or an ARN. */
  readonly masterKey: string;
  /** What new ones are bound to. */
  readonly context: KeyContext;
}

/** A data key that can seal. */
export interface OpenDataKey extends KeyVersion {
  readonly dataKey: Sensitive;
}

/** The data keys of a bucket. Each is read and opened once. */
export interface MesserKeys {
  /** Every version that is there, ascending. Throws `INVALID` for a name below which other things lie, as messer does. */
  versions(name: string, signal?: AbortSignal): Promise<readonly number[]>;
  /** The newest version. Throws `NOT_FOUND` where there is none. */
  newest(name: string, signal?: AbortSignal): Promise<KeyVersion>;
  /** Throws `NOT_FOUND`, and `CONTEXT` where it was made with an encryption context that is not the one of the configuration. */
  open(key: KeyVersion, signal?: AbortSignal): Promise<Sensitive>;
  /** Makes a version that nobody gets to see; false where it is there already. */
  create(key: KeyVersion, signal?: AbortSignal): Promise<boolean>;
  /** Makes the version after the newest, whoever else is doing the same. */
  increment(name: string, signal?: AbortSignal): Promise<number>;
  /** A new version to seal with, marked as that of a rotation that is under way; or the one of a rotation of the same mark that was interrupted less than a day ago. */
  beginRotation(name: string, mark: string, signal?: AbortSignal): Promise<OpenDataKey & { readonly resumed: boolean }>;
  /** The keys of all objects that begin so, in byte order. */
  list(prefix: string, signal?: AbortSignal): Promise<string[]>;
  delete(key: string, signal?: AbortSignal): Promise<void>;
  /** Takes the mark away. */
  endRotation(key: KeyVersion, signal?: AbortSignal): Promise<void>;
}

/** Names of the pairs that a data key was wrapped with; they stand beside it, since KMS does not tell. */
const CONTEXT = "coffer-context";
/** Which rotation made a data key and is not done yet. */
const ROTATION = "coffer-rotation";
/** How long a rotation that was interrupted is gone on with, in ms. After that a new version is due. */
const RESUMABLE = 24 * 60 * 60 * 1000;
const NO_CONTEXT: KeyContext = {};
const KEY_BYTES = 32;
const TYPE = "application/octet-stream";

export function openMesserKeys({ bucket, kms, masterKey, context }: DataKeyPlace, now: () => Date): MesserKeys {
  const objects = new Map<string, Promise<BucketObject | null>>();
  const opened = new Map<string, Promise<Sensitive>>();
  const marked = contextMetadata(context);

  function read(key: KeyVersion, signal?: AbortSignal): Promise<BucketObject | null> {
    return remember(objects, dataKeyAt(key.name, key.version), (at) => bucket.get(at, signal));
  }

  async function open(key: KeyVersion, signal?: AbortSignal): Promise<Sensitive> {
    return remember(opened, dataKeyAt(key.name, key.version), async (at) => {
      const object = await read(key, signal);
      if (object === null) throw missing(at);
      return unwrap(object, at, signal);
    });
  }

  async function unwrap({ body, metadata }: BucketObject, at: string, signal?: AbortSignal): Promise<Sensitive> {
    const names = metadata[CONTEXT];
    const needed = names === undefined ? NO_CONTEXT : pickContext(context, names.split(",").map(decodeURIComponent));
    if (needed === null) throw otherContext(at, names);
    try {
      return (await kms.decrypt(body, needed, signal)).key;
    } catch (error) {
      // A copy may have lost what stood beside it.
      const tryOwn = names === undefined && contextNames(context).length > 0;
      if (!isCofferError(error, "CONTEXT") || !tryOwn) throw error;
      return (await kms.decrypt(body, context, signal)).key;
    }
  }

  async function versions(name: string, signal?: AbortSignal): Promise<readonly number[]> {
    const found: number[] = [];
    for await (const { key } of bucket.list(`${joinKey(name)}/`, { signal })) {
      if (isMarker(key)) continue;
      // It is the second part that messer looks at, so a name with a slash never has versions.
      const version = key.split("/")[1] ?? "";
      if (!/^\d{1,15}$/.test(version)) throw noVersion(key);
      found.push(Number(version));
    }
    return found.sort((a, b) => a - b);
  }

  async function newest(name: string, signal?: AbortSignal): Promise<KeyVersion> {
    const version = (await versions(name, signal)).at(-1);
    if (version === undefined) throw missing(name);
    return { name, version };
  }

  async function put(
    key: KeyVersion,
    wrapped: Uint8Array,
    mark: string | null,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const metadata = { ...marked, ...(mark === null ? {} : { [ROTATION]: mark }) };
    const options = { ifNoneMatch: true, contentType: TYPE, metadata } as const;
    return (await bucket.put(dataKeyAt(key.name, key.version), wrapped, options, signal)) === "done";
  }

  async function generate(signal?: AbortSignal): Promise<NewDataKey> {
    try {
      return await kms.generate(masterKey, KEY_BYTES, context, signal);
    } catch (error) {
      if (!isCofferError(error, "ACCESS_DENIED")) throw error;
      // messer's documentation gives its administrators no more than this.
      const wrapped = await kms.generateWithoutPlaintext(masterKey, KEY_BYTES, context, signal);
      return { wrapped, key: (await kms.decrypt(wrapped, context, signal)).key };
    }
  }

  return {
    versions,
    newest,
    open,
    async list(prefix, signal) {
      const keys: string[] = [];
      for await (const { key } of bucket.list(prefix, { signal })) keys.push(key);
      return keys;
    },
    delete: (key, signal) => bucket.delete(key, signal),
    async create(key, signal) {
      const wrapped = await kms.generateWithoutPlaintext(masterKey, KEY_BYTES, context, signal);
      if (!(await put(key, wrapped, null, signal))) return false;
      for (const marker of markersOf(joinKey(key.name))) {
        await bucket.put(marker, new Uint8Array(), { ifNoneMatch: true, contentType: TYPE }, signal);
      }
      return true;
    },
    async increment(name, signal) {
      let next = (await newest(name, signal)).version + 1;
      const wrapped = await kms.generateWithoutPlaintext(masterKey, KEY_BYTES, context, signal);
      while (!(await put({ name, version: next }, wrapped, null, signal))) {
        next = Math.max(next, (await newest(name, signal)).version) + 1;
      }
      return next;
    },
    async beginRotation(name, mark, signal) {
      for (let made: NewDataKey | undefined; ; ) {
        const last = await newest(name, signal);
        const there = await read(last, signal);
        const isOurs = there?.metadata[ROTATION] === mark;
        if (there !== null && isOurs && now().getTime() - there.lastModified.getTime() < RESUMABLE) {
          return { ...last, dataKey: await open(last, signal), resumed: made === undefined };
        }
        made ??= await generate(signal);
        const next = { name, version: last.version + 1 };
        if (await put(next, made.wrapped, mark, signal)) return { ...next, dataKey: made.key, resumed: false };
      }
    },
    async endRotation(key, signal) {
      const at = dataKeyAt(key.name, key.version);
      const object = await bucket.get(at, signal);
      if (object?.metadata[ROTATION] === undefined) return;
      const { [ROTATION]: _, ...metadata } = object.metadata;
      const options = { ifMatch: object.etag, contentType: TYPE, metadata };
      // Whoever was first has done the same.
      await bucket.put(at, object.body, options, signal);
    },
  };
}

/** What was found once is not asked for again; what failed is. */
function remember<T>(known: Map<string, Promise<T>>, at: string, find: (at: string) => Promise<T>): Promise<T> {
  const before = known.get(at);
  if (before !== undefined) return before;
  const finding = find(at);
  known.set(at, finding);
  finding.catch(() => known.delete(at));
  return finding;
}

function contextMetadata(context: KeyContext): Readonly<Record<string, string>> {
  const names = contextNames(context);
  return names.length === 0 ? {} : { [CONTEXT]: names.map(encodeURIComponent).join(",") };
}

function missing(at: string): CofferError {
  return new CofferError("NOT_FOUND", `there is no data key ${quote(at)}`, {
    hint: "see which there are: messer encryption list aws NAME; a new one: messer encryption create aws NAME",
  });
}

function noVersion(key: string): CofferError {
  return new CofferError("INVALID", `${quote(key)} is no version of a data key`, {
    hint: "versions are counted only of keys whose names have no slash, with nothing else below them",
  });
}

function otherContext(at: string, names = ""): CofferError {
  return new CofferError("CONTEXT", `the data key ${quote(at)} was made with an encryption context`, {
    hint: `set encryption_context in [aws] of the configuration; it takes ${names.split(",").map(decodeURIComponent).join(", ")}`,
  });
}
