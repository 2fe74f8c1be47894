import type { Aws } from "../../aws/aws.js";
import { openBucketAnywhere } from "../../aws/s3/bucket-anywhere.js";
import { compareText } from "../../core/bytes.js";
import { keyringName, readKeyringName } from "../../core/keyring-name.js";
import { assertNamespace, joinPath, parsePath, quote } from "../../core/name.js";
import type { Capabilities, Scope, Secret, SecretStore } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { noCommits } from "../../stores/no-commits.js";
import { parseStoreAddress } from "../../stores/store-address.js";
import { commitEach, type EachStore } from "../commit-each.js";
import { deleteEntry, type Found, findEntry, listEntries, putEntry, type Shelf } from "./entries.js";
import type { Entry } from "./format.js";
import { groupOf, namespaceOf } from "./namespaces.js";

/** S3 takes more; no password is longer. In bytes. */
const MAX_VALUE_BYTES = 16 * 1024 * 1024;

export const CAN: Capabilities = {
  commit: "each",
  compareAndSet: "secret",
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

const none = noCommits("a store of s3keyring", { purge: "keeps no versions" });

/**
 * A keyring of s3keyring: `s3keyring://BUCKET/NAMESPACE?kms-key=ID`. A group is a namespace and a key a name, their parts as the keyring writes any text (docs/FORMAT.md section 23), so
 * that `Keyring` has the passwords that s3keyring has. Nothing is asked yet. Throws `USAGE`.
 */
export async function openS3KeyringStore(url: string, aws: Aws): Promise<SecretStore> {
  const { authority: bucket, path, parameters } = parseStoreAddress(url, ["kms-key"]);
  if (bucket === "" || path === "") {
    throw new CofferError("USAGE", "the s3keyring: URL names no bucket and namespace", {
      hint: "write s3keyring://BUCKET/NAMESPACE; s3keyring's own default is the namespace default",
    });
  }
  const shelf: Shelf = {
    objects: openBucketAnywhere(aws, bucket),
    namespace: path,
    kmsKey: parameters.get("kms-key") ?? null,
  };
  const each = eachOf(shelf);
  return {
    url,
    can: CAN,
    head: none.head,
    async *list(scope, { stage, signal } = {}) {
      none.assertPresent(stage === undefined ? {} : { stage });
      for (const { value: _, ...info } of await readScope(shelf, scope, signal)) yield info;
    },
    async read(secret, options = {}) {
      const { namespace, name } = parsePath(secret);
      none.assertPresent(options);
      none.assertNoContext(options);
      if (options.version !== undefined) throw none.unsupported("keeps no versions");
      const entry = findEntryOf(namespace, name);
      const found = entry === null ? null : await findEntry(shelf, entry, options.signal);
      return found === null ? null : describe({ namespace, name }, found);
    },
    async readAll(scope, options = {}) {
      none.assertPresent(options);
      none.assertNoContext(options);
      const secrets = await readScope(shelf, scope, options.signal);
      return { secrets: options.only === undefined ? secrets : pick(scope, secrets, options.only), heads: [] };
    },
    commit: (namespace, changes, options = {}) => commitEach(each, namespace, changes, options),
    log: none.log,
    async *history(secret, { signal } = {}) {
      const { namespace, name } = parsePath(secret);
      const entry = findEntryOf(namespace, name);
      const found = entry === null ? null : await findEntry(shelf, entry, signal);
      if (found === null) return;
      const { value: _, namespace: __, name: ___, ...info } = describe({ namespace, name }, found);
      yield info;
    },
    purge: none.purge,
    async close() {
      shelf.objects.close();
    },
  };
}

/** What S3 calls the state of an object is the version of what is in it, there being no other. */
function eachOf(shelf: Shelf): EachStore {
  const versionsOf: EachStore["versionsOf"] = async (path, signal) => {
    const found = await findEntry(shelf, entryOf(path), signal);
    return found === null ? [] : [found.object.etag];
  };
  return {
    kind: "a store of s3keyring",
    maxValueBytes: MAX_VALUE_BYTES,
    takesComment: false,
    versionsOf,
    nextVersion: () => "",
    put: async () => {
      throw none.unsupported("gives no version a number");
    },
    async putNext({ name, value, context }, check, signal) {
      none.assertNoContext({ context });
      const { before } = await putEntry(shelf, entryOf(name), value, { check, signal });
      const [version = ""] = await versionsOf(name, signal);
      return { version, before };
    },
    async delete(name, version, signal) {
      const check = (etag: string): void => {
        if (etag !== version) throw new CofferError("CONFLICT", `${quote(name)} was changed meanwhile`);
      };
      await deleteEntry(shelf, entryOf(name), { check, signal });
    },
  };
}

async function readScope(
  shelf: Shelf,
  { namespace, recursive = false }: Scope,
  signal?: AbortSignal,
): Promise<Secret[]> {
  assertNamespace(namespace);
  const group = groupOf(namespace);
  if (group === null) return [];
  const wanted = recursive && namespace === "" ? { group: null } : { group, below: recursive };
  const entries = await listEntries(shelf, wanted, signal);
  const secrets = entries.map((entry) =>
    describe({ namespace: namespaceOf(entry.group), name: keyringName(entry.key) }, entry),
  );
  return secrets.toSorted((a, b) => compareText(joinPath(a.namespace, a.name), joinPath(b.namespace, b.name)));
}

function describe(place: { namespace: string; name: string }, { object, value }: Found): Secret {
  return {
    ...place,
    version: object.etag,
    time: object.lastModified,
    ...{ author: null, message: null, commit: null, stage: null, deleted: false, purged: false },
    ...{ type: "text" as const, comment: null, expires: null, context: [] },
    value,
  };
}

/** Null for names that stand for no text: nothing can be there. */
function findEntryOf(namespace: string, name: string): Entry | null {
  const [group, key] = [groupOf(namespace), readKeyringName(name)];
  return group === null || key === null ? null : { group, key };
}

function entryOf(path: string): Entry {
  const { namespace, name } = parsePath(path);
  const entry = findEntryOf(namespace, name);
  if (entry !== null) return entry;
  throw new CofferError("USAGE", `s3keyring has no place for ${quote(path)}`, {
    hint: "a path there is GROUP/KEY, characters other than A-Z a-z 0-9 _ . @ : + = , - written as %xx",
  });
}

function pick({ namespace }: Scope, secrets: readonly Secret[], only: readonly string[]): Secret[] {
  const missing = only.filter((name) => !secrets.some((secret) => secret.name === name));
  if (missing.length > 0) {
    throw new CofferError("NOT_FOUND", `${namespace}/ has no secret named ${missing.map(quote).join(", ")}`);
  }
  return secrets.filter(({ name }) => only.includes(name));
}
