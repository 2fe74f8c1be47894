import type { Aws } from "../../aws/aws.js";
import { openTable } from "../../aws/dynamodb/client.js";
import { openDataKeys } from "../../aws/kms/data-keys.js";
import { assertNamespace, parsePath } from "../../core/name.js";
import type { Capabilities, SecretStore } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { noCommits } from "../../stores/no-commits.js";
import { parseStoreAddress } from "../../stores/store-address.js";
import { commitVersions } from "./commit.js";
import { describeEntry, listCurrent, readMany, readOne } from "./read-secrets.js";
import { listVersions } from "./table.js";

export const DEFAULT_MASTER_KEY = "alias/credstash";

/** DynamoDB takes items of 400 KiB, Base64 takes a third, and name, key and comment the rest. */
const MAX_VALUE_BYTES = 300_000;

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
  metadata: ["comment"],
  keptVersions: Number.POSITIVE_INFINITY,
  maxValueBytes: MAX_VALUE_BYTES,
};

const none = noCommits("a store of credstash", { purge: "destroys all versions of a secret or none" });

/**
 * A table of credstash: `credstash://TABLE?kms-key=alias/credstash&kms-region=eu-west-1`. A secret's path is its name there, slashes and all. Nothing is asked yet. Throws
 * `USAGE`.
 */
export async function openCredstashStore(url: string, aws: Aws): Promise<SecretStore> {
  const { authority, path, parameters } = parseStoreAddress(url, ["kms-key", "kms-region"]);
  if (authority === "" || path !== "") {
    throw new CofferError("USAGE", "a credstash: URL names a table", {
      hint: "for instance credstash://credential-store",
    });
  }
  const region = parameters.get("kms-region");
  const table = openTable(aws, authority);
  const keys = openDataKeys(region === undefined ? aws : { ...aws, region });
  const parts = { table, keys, masterKey: parameters.get("kms-key") ?? DEFAULT_MASTER_KEY };
  return {
    url,
    can: CAN,
    head: none.head,
    async *list(scope, { stage, signal } = {}) {
      assertNamespace(scope.namespace);
      none.assertPresent(stage === undefined ? {} : { stage });
      yield* await listCurrent(table, scope, signal);
    },
    async read(secret, options = {}) {
      const place = parsePath(secret);
      none.assertPresent(options);
      return readOne(parts, place, options);
    },
    async readAll(scope, options = {}) {
      assertNamespace(scope.namespace);
      none.assertPresent(options);
      return { secrets: await readMany(parts, scope, options), heads: [] };
    },
    commit: (namespace, changes, options = {}) => commitVersions(parts, MAX_VALUE_BYTES, namespace, changes, options),
    log: none.log,
    async *history(secret, { signal } = {}) {
      parsePath(secret);
      for await (const entry of listVersions(table, secret, signal)) yield describeEntry(entry);
    },
    purge: none.purge,
    async close() {
      table.close();
      keys.close();
    },
  };
}
