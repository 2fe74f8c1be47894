import type { Aws } from "../../aws/aws.js";
import { openDataKeys } from "../../aws/kms/data-keys.js";
import { openBucketObjects } from "../../aws/s3/bucket-objects.js";
import { assertNamespace } from "../../core/name.js";
import type { Capabilities, Read, SecretStore } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { parseStoreAddress } from "../../stores/store-address.js";
import { assertPlain, MAX_VALUE_BYTES } from "./changes.js";
import { commitEnvironment, type Writer } from "./committing.js";
import { commitFiles } from "./committing-files.js";
import { tellUploads } from "./log.js";
import { areaOf, findUploads } from "./namespaces.js";
import { headOf, listSecrets, readSecret, readSecrets, tellHistory } from "./reading.js";

const CAN: Capabilities = {
  commit: "atomic",
  compareAndSet: "namespace",
  versions: "text",
  chooseVersion: false,
  context: false,
  stages: false,
  log: true,
  at: false,
  purge: false,
  listNeedsKey: true,
  metadata: ["author"],
  keptVersions: Number.POSITIVE_INFINITY,
  maxValueBytes: MAX_VALUE_BYTES,
};

/** Who writes, and when. */
export interface MicrosecretsOptions {
  readonly author?: string | (() => string | undefined | Promise<string | undefined>);
  readonly now?: () => Date;
}

/**
 * A bucket of microsecrets: `microsecrets://BUCKET?kms-key=alias/NAME`. A namespace is a service, a secret a variable of its environment, a commit an upload of all of it; files
 * are the secrets of `SERVICE/files`. Nothing is asked yet. Throws `USAGE`.
 */
export async function openMicrosecretsStore(
  url: string,
  aws: Aws,
  { author, now = () => new Date() }: MicrosecretsOptions = {},
): Promise<SecretStore> {
  const { authority: bucket, path, parameters } = parseStoreAddress(url, ["kms-key"]);
  if (bucket === "" || path !== "") {
    throw new CofferError("USAGE", "a microsecrets: URL names a bucket", {
      hint: "for instance microsecrets://my-bucket",
    });
  }
  const [objects, keys] = [openBucketObjects(aws, bucket), openDataKeys(aws)];
  const writer: Writer = {
    objects,
    keys,
    kmsKey: parameters.get("kms-key"),
    now,
    author: async () => (typeof author === "function" ? await author() : author) ?? "unknown",
  };
  return {
    url,
    can: CAN,
    async head(namespace, { unless, signal } = {}) {
      assertNamespace(namespace);
      const [found] = await findUploads(objects, { namespace }, signal);
      const head = found === undefined ? null : headOf(found);
      return head !== null && head.etag === unless ? "unchanged" : head;
    },
    async *list(scope, { stage, ...options } = {}) {
      assertNamespace(scope.namespace);
      assertPresent(stage === undefined ? {} : { stage });
      yield* await listSecrets(objects, scope, options);
    },
    async read(secret, options = {}) {
      assertPresent(options);
      return readSecret(objects, secret, options);
    },
    async readAll(scope, options = {}) {
      assertNamespace(scope.namespace);
      // Of the pairs given each secret takes those that it names, and here there are none.
      assertPresent({ ...options, context: {} });
      return readSecrets(objects, scope, options);
    },
    async commit(namespace, changes, options = {}) {
      const plain = assertPlain(namespace, changes);
      options.signal?.throwIfAborted();
      const area = areaOf(namespace);
      if (area.kind === "files") return commitFiles(writer, namespace, area, plain, options);
      return commitEnvironment(writer, area.service, plain, options);
    },
    async *log(namespace, { signal } = {}) {
      assertNamespace(namespace);
      yield* tellUploads(objects, namespace, signal);
    },
    history: (secret, { signal } = {}) => tellHistory(objects, secret, signal),
    async purge() {
      throw unsupported("keeps every upload");
    },
    async close() {
      objects.close();
      keys.close();
    },
  };
}

function assertPresent({ at, stage, context }: Pick<Read, "at" | "stage" | "context">): void {
  if (at !== undefined) throw unsupported("is read as it is now, or by the version of a secret");
  if (stage !== undefined) throw unsupported("has no stages");
  if (context !== undefined && Object.keys(context).length > 0) throw unsupported("has no contexts");
}

function unsupported(what: string): CofferError {
  return new CofferError("UNSUPPORTED", `a bucket of microsecrets ${what}`);
}
