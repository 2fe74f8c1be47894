import type { Commit } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { isVault } from "../../open/open-store.js";
import { parseRevision } from "../../vault/history/revision.js";
import { shortCommit, showNamespace } from "../output/render.js";
import type { Session } from "../session.js";

/**
 * The commit of a namespace that a revision means, or null for a time before the first. Throws `USAGE` for what is no revision and for an id that
 * several commits begin with, `NOT_FOUND` for a commit that is not there, `UNSUPPORTED` where the store keeps no past.
 */
export async function findRevision({ store, call }: Session, namespace: string, typed: string): Promise<Commit | null> {
  const revision = parseRevision(typed);
  if (!store.can.at || !store.can.log)
    throw new CofferError("UNSUPPORTED", `earlier revisions are not supported by ${store.url}`);
  const found: Commit[] = [];
  for await (const commit of store.log(namespace, call())) {
    if ("time" in revision) {
      if (commit.time.getTime() <= revision.time) return commit;
    } else if (commit.commit.startsWith(revision.commit)) found.push(commit);
  }
  if ("time" in revision) return null;
  const [one, another] = found;
  if (another !== undefined)
    throw new CofferError("USAGE", `several commits begin with ${revision.commit}`, { hint: "give more digits" });
  if (one !== undefined) return one;
  const shown = showNamespace(namespace);
  throw new CofferError("NOT_FOUND", `${shown} has no commit ${shortCommit(revision.commit)}`, {
    hint: `see them: coffer log ${shown}`,
  });
}

/** The names that had a value at a commit which was destroyed since; reading the past passes over them. */
export async function findDestroyed(
  { store, call }: Session,
  namespace: string,
  commit: Commit,
): Promise<readonly string[]> {
  return isVault(store) ? store.destroyed(namespace, commit.commit, call()) : [];
}
