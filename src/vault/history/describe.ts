import type { CommitDocument, StoredChange, StoredPut } from "../../core/documents/commit.js";
import type { LiveVersion, Tombstone } from "../../core/documents/head.js";
import type { ChangedName, Commit, Origin, SecretInfo, VersionInfo } from "../../core/secret-store.js";
import type { ReplayedVersion } from "../../core/state.js";

type Known = Tombstone | Omit<LiveVersion, "value" | "blob" | "hash"> | ReplayedVersion;

/** A version as a head tells of it; who made it and why stands in its commit only. */
export function describeVersion(
  namespace: string,
  name: string,
  version: Known,
  stage: string | null = null,
): SecretInfo {
  const live = "deleted" in version ? null : version;
  return {
    namespace,
    name,
    version: String(version.version),
    time: new Date(version.time),
    author: null,
    message: null,
    commit: version.commit,
    stage,
    deleted: live === null,
    purged: false,
    type: live?.type ?? "text",
    comment: live?.comment ?? null,
    expires: live?.expires === undefined ? null : new Date(live.expires),
    context: live?.context ?? [],
  };
}

/** A version as the commit that made it tells of it. */
export function describeChange(
  commit: CommitDocument,
  change: Extract<StoredChange, { op: "put" | "delete" }>,
  now: { readonly stage: string | null; readonly purged: boolean },
): VersionInfo {
  const put: StoredPut | null = change.op === "put" ? change : null;
  const { header } = commit;
  return {
    version: String(change.version),
    time: new Date(header.time),
    author: header.author ?? null,
    message: header.message ?? null,
    commit: commit.id,
    stage: now.stage,
    deleted: put === null,
    purged: now.purged,
    type: put?.type ?? "text",
    comment: put?.comment ?? null,
    expires: put?.expires === undefined ? null : new Date(put.expires),
    context: put?.context ?? [],
    ...(put?.origin === undefined ? {} : { origin: describeOrigin(put.origin) }),
  };
}

function describeOrigin({ version, time, author }: NonNullable<StoredPut["origin"]>): Origin {
  return {
    version,
    ...(time === undefined ? {} : { time: new Date(time) }),
    ...(author === undefined ? {} : { author }),
  };
}

/** A commit as the contract has it. */
export function describeCommit({ id, header }: Pick<CommitDocument, "id" | "header">): Commit {
  return {
    namespace: header.namespace,
    commit: id,
    parent: header.ancestors[0] ?? null,
    sequence: header.sequence,
    time: new Date(header.time),
    author: header.author ?? null,
    message: header.message ?? null,
    changes: header.changes.flatMap(describeStoredChange),
  };
}

/** Added is a name's very first version; every later one is a change of it. What only moves or re-seals values changes no name. */
function describeStoredChange(change: StoredChange): ChangedName[] {
  const { name, op } = change;
  switch (op) {
    case "put":
      return [{ name, version: String(change.version), change: change.earlier === undefined ? "added" : "changed" }];
    case "delete":
      return [{ name, version: String(change.version), change: "deleted" }];
    case "promote":
      return [{ name, version: String(change.version), change: "changed" }];
    default:
      return [];
  }
}
