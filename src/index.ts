/**
 * Coffer as a library: open a store, read and change what it holds, and know what went wrong by its code.
 *
 *     const store = await openStore({ url: "folder:/srv/secrets", key: "key-file:/etc/coffer.key" });
 *     const secret = await store.read("prod/billing/DB_URL");
 *     const text = secret === null ? null : Buffer.from(secret.value.reveal()).toString("utf8");
 *     await store.close();
 *
 * The contract tests for one's own drivers are in `coffer/testing`.
 */

export type { Call } from "./core/call.js";
export type { Context } from "./core/context.js";
export type {
  Capabilities,
  Change,
  ChangedName,
  ChangeKind,
  Commit,
  Head,
  Read,
  Scope,
  Secret,
  SecretInfo,
  SecretStore,
  ValueType,
  VersionId,
  VersionInfo,
} from "./core/secret-store.js";
export { Sensitive } from "./core/sensitive.js";
export { CofferError, type ErrorCode, isCofferError } from "./errors.js";
export { isVault, openStore, type StoreSettings } from "./open.js";
export type { NamespaceReport, Problem, Vault } from "./vault/contract.js";
