import { joinPath } from "../../core/name.js";
import type { Commit, SecretInfo, VersionInfo } from "../../core/secret-store.js";

/** The fields that every version has in JSON. */
export function versionJson(info: VersionInfo): Record<string, unknown> {
  return {
    version: info.version,
    time: timeJson(info.time),
    author: info.author,
    message: info.message,
    commit: info.commit,
    stage: info.stage,
    deleted: info.deleted,
    purged: info.purged,
    type: info.type,
    comment: info.comment,
    expires: timeJson(info.expires),
    context: info.context,
  };
}

/** The same with the secret's own names before them. */
export function secretJson(info: SecretInfo): Record<string, unknown> {
  const { namespace, name } = info;
  return { path: joinPath(namespace, name), namespace, name, ...versionJson(info) };
}

/** A commit as `log` shows it. */
export function commitJson({
  commit,
  parent,
  sequence,
  time,
  author,
  message,
  changes,
}: Commit): Record<string, unknown> {
  return { commit, parent, sequence, time: timeJson(time), author, message, changes: changesJson(changes) };
}

export function changesJson(changes: Commit["changes"]): Record<string, unknown>[] {
  return changes.map(({ name, version, change }) => ({ name, version, change }));
}

/** Absent is null. */
export function timeJson(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}
