import { MAX_VALUE_BYTES } from "../core/documents/fields.js";
import { assertNamespace, parsePath } from "../core/name.js";
import type { Capabilities, Head, SecretStore, VersionInfo } from "../core/secret-store.js";
import { CofferError } from "../errors.js";
import type { Vault, VaultOptions } from "./contract.js";
import { acceptHead } from "./heads/accept.js";
import { findHead, loadHead, readStoreId } from "./heads/load-head.js";
import { assertNotBehind } from "./heads/rollback.js";
import { walkVersions } from "./history/versions.js";
import { assembleParts, type VaultExtras, type VaultParts } from "./parts.js";
import { listCommits, listSecrets } from "./reading/list.js";
import { describeHeadState, readScope, readSecret } from "./reading/read.js";
import { verifyNamespaces } from "./verifying/verify.js";
import { commitChanges } from "./writing/commit-changes.js";

const CAPABILITIES: Capabilities = {
  commit: "atomic",
  compareAndSet: "namespace",
  versions: "integer",
  chooseVersion: false,
  context: true,
  stages: true,
  log: true,
  at: true,
  purge: false,
  listNeedsKey: false,
  metadata: ["comment", "expires", "type", "author", "message"],
  keptVersions: Number.POSITIVE_INFINITY,
  maxValueBytes: MAX_VALUE_BYTES,
};

/** Opens a vault: our own engine, over an object store and a master key. Touches neither before it is asked something. */
export function openVault(options: VaultOptions & VaultExtras): Vault {
  const parts = assembleParts(options);
  return {
    url: options.objects.url,
    can: CAPABILITIES,
    head: (namespace, call) => readHead(parts, namespace, call),
    list: (scope, call) => listSecrets(parts, checkedScope(scope), call),
    read: (path, call) => readSecret(parts, path, call),
    readAll: async (scope, call) => readScope(parts, checkedScope(scope), call),
    async commit(namespace, changes, call) {
      assertNamespace(namespace);
      return commitChanges(parts, namespace, changes, call);
    },
    log(namespace, call) {
      assertNamespace(namespace);
      return listCommits(parts, namespace, call);
    },
    history: (path, call) => readHistory(parts, path, call),
    async purge() {
      throw new CofferError("UNSUPPORTED", "purge is not supported yet");
    },
    verify: (call) => verifyNamespaces(parts, call),
    async accept(namespace, commit, call) {
      assertNamespace(namespace);
      return acceptHead(parts, namespace, commit, call);
    },
    storeId: (call) => readStoreId(parts, call),
    async close() {
      await Promise.all([parts.objects.close(), parts.keys?.close()]);
    },
  };
}

type Options<Method extends keyof SecretStore> = SecretStore[Method] extends (...args: infer Args) => unknown
  ? Args[1]
  : never;

async function readHead(
  parts: VaultParts,
  namespace: string,
  options: Options<"head"> = {},
): Promise<Head | "unchanged" | null> {
  assertNamespace(namespace);
  if (parts.keys !== null && options.unless === undefined) {
    const head = await loadHead(parts, namespace, options);
    return head === null ? null : describeHeadState(head, true);
  }
  const found = await findHead(parts, namespace, options);
  if (found === null || found === "unchanged") return found;
  await assertNotBehind(parts, found, options);
  return describeHeadState(found, false);
}

async function* readHistory(
  parts: VaultParts,
  path: string,
  options: Options<"history"> = {},
): AsyncGenerator<VersionInfo> {
  const { namespace, name } = parsePath(path);
  const head = await loadHead(parts, namespace, options);
  const entry = head?.document.entries.get(name);
  if (head === null || entry === undefined) return;
  yield* walkVersions(parts, head, entry, options);
}

function checkedScope<Scoped extends { readonly namespace: string }>(scope: Scoped): Scoped {
  assertNamespace(scope.namespace);
  return scope;
}
