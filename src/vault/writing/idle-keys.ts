import { type CommitDocument, sealedChanges } from "../../core/documents/commit.js";

/** Own keys that only purged values name: nobody needs them, and they go when the commit is written again. */
export function idleKeys({ header, body }: Pick<CommitDocument, "header" | "body">): Set<string> {
  const needed = new Set(sealedChanges(header).flatMap(({ key }, index) => (body.values[index] === null ? [] : [key])));
  return new Set(body.keys.slice(1).flatMap(({ id }) => (needed.has(id) ? [] : [id])));
}
