import type { Change, Commit, SecretStore } from "../../core/secret-store.js";
import { commitEach, type EachStore } from "../commit-each.js";
import { DEFAULT_DIGEST } from "../sealed-item.js";
import { listVersions, type Parts, putNext, putVersion } from "./table.js";
import { isSameVersion, nextVersion, padVersion } from "./version.js";

/** What it takes to write, and the master key that new data keys are wrapped by. */
export interface Writer extends Parts {
  readonly masterKey: string;
}

/** Makes changes one after the other, as `commitEach` does; a version that is chosen is stored as credstash stores it. */
export function commitVersions(
  writer: Writer,
  maxValueBytes: number,
  namespace: string,
  changes: readonly Change[],
  options: Parameters<SecretStore["commit"]>[2],
): Promise<Commit> {
  const padded = changes.map((change) =>
    change.op === "put" && change.version !== undefined ? { ...change, version: padVersion(change.version) } : change,
  );
  return commitEach(asEachStore(writer, maxValueBytes), namespace, padded, options);
}

function asEachStore(writer: Writer, maxValueBytes: number): EachStore {
  const { table, masterKey } = writer;
  return {
    kind: "a store of credstash",
    maxValueBytes,
    takesComment: true,
    isSameVersion,
    async versionsOf(name, signal) {
      const versions: string[] = [];
      for await (const { version } of listVersions(table, name, signal)) versions.push(version);
      return versions;
    },
    nextVersion: (_name, latest) => nextVersion(latest),
    put: (value, version, signal) =>
      putVersion(writer, version, { ...value, masterKey, digest: DEFAULT_DIGEST }, signal),
    putNext: (value, check, signal) => putNext(writer, { ...value, masterKey, digest: DEFAULT_DIGEST }, signal, check),
    delete: (name, version, signal) => table.delete({ name, version }, signal),
  };
}
