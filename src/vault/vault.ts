import { MAX_VALUE_BYTES } from "../core/documents/fields.js";
import { assertNamespace, parsePath } from "../core/name.js";
import type { Capabilities, Head, SecretStore, VersionInfo } from "../core/secret-store.js";
import type { Vault, VaultOptions } from "./contract.js";
import { findHead, loadHead, readStoreId } from "./heads/load-head.js";
import { assertNotBehind } from "./heads/rollback.js";
import { assembleParts, type VaultExtras, type VaultParts } from "./parts.js";
import { findNamespaces, listCommits, listSecrets } from "./reading/list.js";
import { describeHeadState, readScope, readSecret } from "./reading/read.js";

const CAPABILITIES: Capabilities = {
  commit: "atomic",
  compareAndSet: "namespace",
  versions: "integer",
  chooseVersion: false,
  context: true,
  stages: true,
  log: true,
  at: true,
  purge: true,
  listNeedsKey: false,
  metadata: ["comment", "expires", "type", "author", "message", "origin", "context"],
  keptVersions: Number.POSITIVE_INFINITY,
  maxValueBytes: MAX_VALUE_BYTES,
};

/**
 * Opens a vault: our own engine, over an object store and a master key. Touches neither before it is asked something. Only what reads the
 * present is loaded with it; the rest when it is asked for, so that a `get` does not wait for code that writes.
 */
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
      return (await import("./writing/commit-changes.js")).commitChanges(parts, namespace, changes, call);
    },
    log(namespace, call) {
      assertNamespace(namespace);
      return listCommits(parts, namespace, call);
    },
    history: (path, call) => readHistory(parts, path, call),
    async purge(path, versions, call) {
      const { namespace, name } = parsePath(path);
      await (await import("./purging/purge.js")).purgeVersions(parts, namespace, { name, versions }, call);
    },
    async destroy(namespace, selection, call) {
      assertNamespace(namespace);
      return (await import("./purging/purge.js")).purgeVersions(parts, namespace, selection, call);
    },
    async sweep(namespace, { dryRun = false, ...call } = {}) {
      assertNamespace(namespace);
      const head = await loadHead(parts, namespace, call);
      if (head === null) return [];
      return (await import("./purging/remove-orphans.js")).removeOrphans(parts, head, { write: !dryRun }, call);
    },
    async *verify(call) {
      yield* (await import("./verifying/verify.js")).verifyNamespaces(parts, call);
    },
    async accept(namespace, commit, call) {
      assertNamespace(namespace);
      return (await import("./heads/accept.js")).acceptHead(parts, namespace, commit, call);
    },
    async destroyed(namespace, at, call) {
      assertNamespace(namespace);
      const head = await loadHead(parts, namespace, call);
      const { findDestroyed } = await import("./history/revision.js");
      return head === null ? [] : findDestroyed(parts, head, at, call);
    },
    async examine(namespace, call) {
      assertNamespace(namespace);
      return (await import("./heads/examine.js")).examineNamespace(parts, namespace, call);
    },
    async *versions(namespace, call) {
      assertNamespace(namespace);
      yield* (await import("./history/walk-namespace.js")).walkNamespace(parts, namespace, call);
    },
    storeId: (call) => readStoreId(parts, call),
    namespaces: (call) => findNamespaces(parts, { namespace: "", recursive: true }, call),
    async rekey(namespace, call) {
      assertNamespace(namespace);
      return (await import("./rekeying/rekey.js")).rekeyNamespace(parts, namespace, call);
    },
    async recover(namespace, call) {
      assertNamespace(namespace);
      return (await import("./rekeying/recover.js")).recoverNamespace(parts, namespace, call);
    },
    async submit(namespace, puts, call) {
      assertNamespace(namespace);
      return (await import("./submitting/submit.js")).submitPuts(parts, namespace, puts, call);
    },
    async *inbox(namespace, call) {
      assertNamespace(namespace);
      yield* (await import("./submitting/read-inbox.js")).readInbox(parts, namespace, call);
    },
    async acceptSubmissions(namespace, submissions, call) {
      assertNamespace(namespace);
      return (await import("./submitting/accept-submissions.js")).acceptSubmissions(
        parts,
        namespace,
        submissions,
        call,
      );
    },
    async rejectSubmissions(namespace, ids, call) {
      assertNamespace(namespace);
      return (await import("./submitting/reject-submissions.js")).rejectSubmissions(parts, namespace, ids, call);
    },
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
  const { walkVersions } = await import("./history/versions.js");
  yield* walkVersions(parts, head, entry, options);
}

function checkedScope<Scoped extends { readonly namespace: string }>(scope: Scoped): Scoped {
  assertNamespace(scope.namespace);
  return scope;
}
