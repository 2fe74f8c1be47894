import type { Aws } from "../../aws/aws.js";
import { openDataKeys } from "../../aws/kms/data-keys.js";
import { openBucketAnywhere } from "../../aws/s3/bucket-anywhere.js";
import { assertNamespace, parsePath } from "../../core/name.js";
import type { Capabilities, SecretStore } from "../../core/secret-store.js";
import { noCommits } from "../../stores/no-commits.js";
import { parseStoreAddress } from "../../stores/store-address.js";
import { commitEach, type EachStore } from "../commit-each.js";
import { DEFAULT_DIGEST } from "../sealed-item.js";
import { keyOf, nextVersion } from "./format.js";
import { assertBucket } from "./location.js";
import { describeEntry, listCurrent, readMany, readOne } from "./read-secrets.js";
import { listVersions, type NewValue, putNext, putVersion, type Shelf } from "./shelf.js";

/** The name of the master key, where nobody says another one. */
export const DEFAULT_MASTER_KEY = "alias/creds3";

/** Larger ones are no secrets. In bytes. */
const MAX_VALUE_BYTES = 64 * 1024 * 1024;

const CAN: Capabilities = {
  commit: "each",
  compareAndSet: "secret",
  versions: "text",
  chooseVersion: true,
  context: true,
  stages: false,
  log: false,
  at: false,
  purge: false,
  listNeedsKey: false,
  metadata: [],
  keptVersions: Number.POSITIVE_INFINITY,
  maxValueBytes: MAX_VALUE_BYTES,
};

const none = noCommits("a store of creds3", { purge: "destroys all versions of a secret or none" });

/**
 * A bucket of creds3, or a prefix of one: `creds3://BUCKET[/PREFIX]?kms-key=alias/creds3`. A secret's path is its name there, slashes and all. Nothing is asked yet. Throws
 * `USAGE`.
 */
export async function openCreds3Store(url: string, aws: Aws): Promise<SecretStore> {
  const { shelf, masterKey } = openShelf(url, aws);
  const each = eachOf(shelf, masterKey);
  return {
    url,
    can: CAN,
    head: none.head,
    async *list(scope, { stage, signal } = {}) {
      assertNamespace(scope.namespace);
      none.assertPresent(stage === undefined ? {} : { stage });
      yield* await listCurrent(shelf, scope, signal);
    },
    async read(secret, options = {}) {
      const place = parsePath(secret);
      none.assertPresent(options);
      return readOne(shelf, place, options);
    },
    async readAll(scope, options = {}) {
      assertNamespace(scope.namespace);
      none.assertPresent(options);
      return { secrets: await readMany(shelf, scope, options), heads: [] };
    },
    commit: (namespace, changes, options = {}) => commitEach(each, namespace, changes, options),
    log: none.log,
    async *history(secret, { signal } = {}) {
      parsePath(secret);
      yield* (await listVersions(shelf, secret, signal)).map(describeEntry);
    },
    purge: none.purge,
    async close() {
      shelf.objects.close();
      shelf.keys.close();
    },
  };
}

/** Where the URL of a store leads. Throws `USAGE`. */
export function openShelf(url: string, aws: Aws): { readonly shelf: Shelf; readonly masterKey: string } {
  const { authority: bucket, path, parameters } = parseStoreAddress(url, ["kms-key"]);
  assertBucket(bucket, "a creds3: URL");
  const prefix = path === "" ? "" : `${path}/`;
  const shelf = { objects: openBucketAnywhere(aws, bucket), keys: openDataKeys(aws), prefix };
  return { shelf, masterKey: parameters.get("kms-key") ?? DEFAULT_MASTER_KEY };
}

function eachOf(shelf: Shelf, masterKey: string): EachStore {
  const asNew = ({ name, value, context }: Pick<NewValue, "name" | "value" | "context">): NewValue => {
    return { name, value, context, digest: DEFAULT_DIGEST, masterKey };
  };
  return {
    kind: "a store of creds3",
    maxValueBytes: MAX_VALUE_BYTES,
    takesComment: false,
    versionsOf: async (name, signal) => (await listVersions(shelf, name, signal)).map(({ version }) => version),
    nextVersion,
    put: (value, version, signal) => putVersion(shelf, version, asNew(value), signal),
    putNext: (value, check, signal) => putNext(shelf, asNew(value), signal, check),
    delete: (name, version, signal) => shelf.objects.delete(keyOf(shelf.prefix, { name, version }), signal),
  };
}
