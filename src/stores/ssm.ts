import type { Aws } from "../aws/aws.js";
import { openSsm, type Tier } from "../aws/ssm/client.js";
import { assertNamespace } from "../core/name.js";
import type { Capabilities, SecretStore } from "../core/secret-store.js";
import { CofferError } from "../errors.js";
import { readHistory } from "./ssm/history.js";
import { KEPT_VERSIONS, maxValueBytes } from "./ssm/limits.js";
import { listSecrets } from "./ssm/list.js";
import { parsePlace } from "./ssm/place.js";
import { readAllSecrets, readSecret } from "./ssm/read.js";
import type { Shelf } from "./ssm/shelf.js";
import { writeChanges } from "./ssm/write.js";
import { parseStoreAddress } from "./store-address.js";

const TIERS: Readonly<Record<string, Tier>> = {
  standard: "Standard",
  advanced: "Advanced",
  intelligent: "Intelligent-Tiering",
};

/**
 * Opens AWS Systems Manager's Parameter Store as a store: `ssm:/prefix`, or `ssm:` for names without slashes. `?kms-key=alias/x` is the key of KMS for what is
 * written (else the account's `alias/aws/ssm`), `&tier=advanced` how it is kept. Nothing is asked yet. Throws `USAGE`.
 */
export function openSsmStore(
  url: string,
  aws: Aws,
  { now = () => new Date() }: { readonly now?: () => Date } = {},
): SecretStore {
  const { parameters } = parseStoreAddress(url, ["kms-key", "tier"]);
  const key = parameters.get("kms-key");
  const tier = parseTier(parameters.get("tier"));
  const ssm = openSsm(aws);
  return shelve({
    ssm,
    place: parsePlace(url),
    now,
    ...(key === undefined ? {} : { key }),
    ...(tier === undefined ? {} : { tier }),
  });
}

/** What `can` says of a store of that tier. */
export function capabilitiesOf(tier?: Tier): Capabilities {
  return {
    commit: "each",
    compareAndSet: "none",
    versions: "integer",
    chooseVersion: false,
    context: false,
    stages: "read",
    log: false,
    at: false,
    purge: false,
    listNeedsKey: false,
    metadata: ["comment", "author"],
    keptVersions: KEPT_VERSIONS,
    maxValueBytes: maxValueBytes(tier),
  };
}

function shelve(shelf: Shelf): SecretStore {
  return {
    url: shelf.place.url,
    can: capabilitiesOf(shelf.tier),
    async head(namespace, { signal } = {}) {
      signal?.throwIfAborted();
      assertNamespace(namespace);
      return null;
    },
    list: (scope, options) => listSecrets(shelf, scope, options),
    read: (path, options) => readSecret(shelf, path, options),
    readAll: (scope, options) => readAllSecrets(shelf, scope, options),
    commit: (namespace, changes, options) => writeChanges(shelf, namespace, changes, options),
    log() {
      throw unsupported("keeps no commits", "`coffer history` shows the versions of one secret");
    },
    history: (path, options) => readHistory(shelf, path, options),
    async purge() {
      throw unsupported("destroys no single versions", "`coffer delete` takes a secret away with all its versions");
    },
    async close() {
      shelf.ssm.close();
    },
  };
}

function parseTier(text: string | undefined): Tier | undefined {
  if (text === undefined) return undefined;
  const tier = Object.hasOwn(TIERS, text) ? TIERS[text] : undefined;
  if (tier !== undefined) return tier;
  throw new CofferError("USAGE", "there is no such tier in Parameter Store", {
    hint: `it is one of ${Object.keys(TIERS).join(", ")}`,
  });
}

function unsupported(what: string, hint: string): CofferError {
  return new CofferError("UNSUPPORTED", `Parameter Store ${what}`, { hint });
}
