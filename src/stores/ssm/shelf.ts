import type { ParameterInfo, Ssm, Tier } from "../../aws/ssm/client.js";
import { compareText } from "../../core/bytes.js";
import { joinPath, type SecretPath } from "../../core/name.js";
import type { SecretInfo } from "../../core/secret-store.js";
import type { Place } from "./place.js";

/** A part of Parameter Store as the parts of this store work with it. */
export interface Shelf {
  readonly ssm: Ssm;
  readonly place: Place;
  readonly now: () => Date;
  /** The key of KMS for what is written; else the account's own. */
  readonly key?: string;
  readonly tier?: Tier;
}

/** What is known of a version of a parameter, as of a secret. */
export function describeSecret(
  { namespace, name }: SecretPath,
  known: Pick<ParameterInfo, "version" | "modified"> &
    Partial<Pick<ParameterInfo, "author" | "description" | "labels">>,
): SecretInfo {
  const { version, modified, author = null, description = null, labels = [] } = known;
  return {
    namespace,
    name,
    version: String(version),
    time: modified,
    author,
    message: null,
    commit: null,
    stage: labels.length === 0 ? null : labels.join(", "),
    deleted: false,
    purged: false,
    type: "text",
    comment: description,
    expires: null,
    context: [],
  };
}

/** In byte order of the path. */
export function sortSecrets<T extends SecretPath>(secrets: readonly T[]): T[] {
  return [...secrets].sort((a, b) => compareText(joinPath(a.namespace, a.name), joinPath(b.namespace, b.name)));
}
