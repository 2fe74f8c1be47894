import type { Context } from "../core/context.js";
import type { KeyArn } from "./key-arn.js";
import type { Role } from "./role.js";
import type { Scope } from "./scope.js";
import type { Statement } from "./statement.js";

/** What a policy is asked for. */
export interface PolicyRequest {
  readonly role: Role;
  /** The store's URL. */
  readonly store: string;
  /** The store's id, where it is known. */
  readonly storeId: string | null;
  readonly key: KeyArn;
  /** Further keys that new data keys are wrapped for. */
  readonly furtherKeys: readonly KeyArn[];
  readonly scope: Scope;
  /** The user context that data keys may have; empty: any. */
  readonly context: Context;
}

/** What a role may do in one store. */
export interface Permissions {
  readonly statements: readonly Statement[];
  /** What of it the master key itself can allow; null where the role has no use for the key. */
  readonly key: KeyPermissions | null;
}

export interface KeyPermissions {
  readonly arn: KeyArn;
  /** Those of `statements` that are about this key. */
  readonly statements: readonly Statement[];
  /** Operations on data keys, as grants call them, without `kms:`. */
  readonly operations: readonly string[];
  /** The encryption contexts that data keys have at least, any of these; null where that cannot be said by listing whole values. */
  readonly contexts: readonly Context[] | null;
}
