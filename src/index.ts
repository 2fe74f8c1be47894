/**
 * Coffer as a library: open a store, read and change what it holds, and know what went wrong by its code.
 *
 *     const store = await openStore({ url: "folder:/srv/secrets", key: "key-file:/etc/coffer.key" });
 *     const secret = await store.read("prod/billing/DB_URL");
 *     const text = secret === null ? null : Buffer.from(secret.value.reveal()).toString("utf8");
 *     await store.close();
 *
 * Or read what a program needs, from where `coffer exec` would take it:
 *
 *     const { DB_URL } = await env({ only: ["DB_URL"] });
 *
 * The contract tests for one's own drivers are in `coffer/testing`.
 *
 * @module coffer
 */

export type { AwsLimits, AwsSettings } from "./aws/settings.js";
export type { Call } from "./core/call.js";
export type { Context } from "./core/context.js";
export type {
  Capabilities,
  Change,
  ChangedName,
  ChangeKind,
  Commit,
  Head,
  Origin,
  Read,
  Scope,
  Secret,
  SecretInfo,
  SecretStore,
  Seen,
  ValueType,
  VersionId,
  VersionInfo,
} from "./core/secret-store.js";
export { Sensitive } from "./core/sensitive.js";
export { CofferError, type ErrorCode, isCofferError } from "./errors.js";
export type { KeyOpener, KeyProvider, KeyWrapper } from "./keys/key-provider.js";
export type { AskPassphrase } from "./keys/passphrase.js";
export { isVault, openStore, type StoreSettings } from "./open/open-store.js";
export { env } from "./settings/environment/env.js";
export type { EnvName, EnvOptions } from "./settings/environment/env-options.js";
export type { Vault } from "./vault/contract.js";
export type { NamespaceState } from "./vault/heads/contract.js";
export type { PurgeOptions, PurgeReport, PurgeSelection } from "./vault/purging/contract.js";
export type { LeftVersion, RecoverOptions, RekeyOptions, RekeyReport } from "./vault/rekeying/contract.js";
export type {
  Acceptance,
  AcceptOptions,
  InboxItem,
  Submission,
  Submittable,
  SubmittedValue,
} from "./vault/submitting/contract.js";
export type { NamespaceReport, Problem } from "./vault/verifying/contract.js";
