import { compareText, encodeBase64url } from "../../core/bytes.js";
import type { Call } from "../../core/call.js";
import type { CommitDocument } from "../../core/documents/commit.js";
import type { KeyRecord } from "../../core/documents/key-table.js";
import { proveCommit, type StoredCommit } from "../history/chain.js";
import type { VaultParts } from "../parts.js";
import { idleKeys } from "../writing/idle-keys.js";
import { type Rewriting, rewriteCommit } from "../writing/rewrite-commit.js";
import { type Concern, type Concerned, openConcerned, type Rewrapping } from "./concerned-keys.js";

/** What a look at a commit, or its rewriting, has come to. */
export type Rewrapped = Omit<Concern, "keys">;

/** Rewrites a commit's keys, if they are not yet what they should be: docs/FORMAT.md section 11. Begins again where another changed it meanwhile. */
export async function rewrapCommit(
  parts: VaultParts,
  order: Rewrapping,
  stored: StoredCommit,
  options: Call,
): Promise<Rewrapped> {
  let seen: Omit<Rewrapped, "changes"> = { left: [], closed: false };
  const decide = async (commit: CommitDocument, call: Call): Promise<Rewriting | null> => {
    const { rewriting, ...rest } = await rewrite(parts, order, commit, call);
    seen = rest;
    return rewriting;
  };
  const changes = await rewriteCommit(parts, order.owner, stored, decide, options);
  return { ...seen, changes };
}

async function rewrite(
  parts: VaultParts,
  order: Rewrapping,
  commit: CommitDocument,
  options: Call,
): Promise<Omit<Rewrapped, "changes"> & { rewriting: Rewriting | null }> {
  const { changes, keys: concerned, left, closed } = await openConcerned(parts, order, commit, options);
  if (!changes) return { rewriting: null, left, closed };
  const epochKey = await proveCommit(parts, order.owner, commit, options);
  const idle = idleKeys(commit);
  const kept = commit.body.keys.filter(({ id }) => !idle.has(id));
  const keys = await Promise.all(
    kept.map(async (record) => {
      const opened = concerned.get(record.id);
      return opened === undefined ? record : { ...record, wrappings: await rewrapKey(order, record, opened, options) };
    }),
  );
  return { rewriting: { body: { ...commit.body, keys }, epochKey }, left, closed };
}

async function rewrapKey(
  { add, drop, made }: Rewrapping,
  { id, wrappings }: KeyRecord,
  { key, full }: Concerned,
  options: Call,
): Promise<KeyRecord["wrappings"]> {
  const lacking = add.filter((wrapper) => !wrappings.some(({ by }) => by === wrapper.id));
  const added = await Promise.all(
    lacking.map(async (wrapper) => {
      const question = `${id} ${wrapper.id}`;
      const known = made.get(question) ?? wrapper.wrap(key, full, options).then(encodeBase64url);
      made.set(question, known);
      return { by: wrapper.id, wrapped: await known };
    }),
  );
  return [...wrappings.filter(({ by }) => by !== drop), ...added].sort((a, b) => compareText(a.by, b.by));
}
