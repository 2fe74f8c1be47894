import type { Call } from "../../core/call.js";
import type { Context } from "../../core/context.js";
import { type CommitDocument, type StoredChange, type StoredPut, sealedChanges } from "../../core/documents/commit.js";
import { isInRanges } from "../../core/ranges.js";
import type { SecretInfo } from "../../core/secret-store.js";
import type { Sensitive } from "../../core/sensitive.js";
import type { VerifiedHead } from "../heads/found-head.js";
import { loadHead } from "../heads/load-head.js";
import type { VaultParts } from "../parts.js";
import { openVersions } from "../reading/open-version.js";
import { proveCommit, walkChain } from "./chain.js";
import { describeChange } from "./describe.js";
import { sealedVersion } from "./versions.js";

interface WalkOptions extends Call {
  readonly context?: Context;
  readonly open?: (info: SecretInfo) => boolean;
}

/** Every version of a namespace, each commit read once: see `Vault.versions`. What was forgotten with its name is not there. */
export async function* walkNamespace(
  parts: VaultParts,
  namespace: string,
  { context = {}, open = () => false, ...call }: WalkOptions = {},
): AsyncGenerator<SecretInfo & { readonly value: Sensitive | null }> {
  const head = await loadHead(parts, namespace, call);
  if (head === null) return;
  const forgotten = new Set<string>();
  for await (const commit of walkChain(parts, head, call)) {
    await proveCommit(parts, head.owner, commit, call);
    const made = versionsOf(head, commit, forgotten);
    const wanted = made.flatMap(({ info, put }) => (put !== null && open(info) ? [put] : []));
    const positions = new Map(sealedChanges(commit.header).map((change, position) => [change, position]));
    const sealed = wanted.map((change) => sealedVersion(head, { commit, change, position: positions.get(change) }));
    const values = await openVersions(parts, sealed, { pairs: context, pool: true }, call);
    const opened = new Map(wanted.map((put, index) => [put, values[index] ?? null]));
    for (const { info, put } of made) yield { ...info, value: put === null ? null : (opened.get(put) ?? null) };
  }
}

interface Made {
  readonly info: SecretInfo;
  /** Null where there is no value: it is a deletion, or was purged. */
  readonly put: StoredPut | null;
}

/** The versions that a commit made and that are still known, newest first. Names that it forgot are noted for the older commits. */
function versionsOf(head: VerifiedHead, commit: CommitDocument, forgotten: Set<string>): Made[] {
  const made: Made[] = [];
  for (const change of commit.header.changes.toReversed()) {
    if (change.op === "forget") forgotten.add(change.name);
    if (!forgotten.has(change.name)) made.push(...describe(head, commit, change));
  }
  return made;
}

function describe(head: VerifiedHead, commit: CommitDocument, change: StoredChange): Made[] {
  if (change.op !== "put" && change.op !== "delete") return [];
  const { name, version } = change;
  const entry = head.document.entries.get(name);
  const purged = isInRanges(entry?.purged ?? [], version);
  const stage = entry?.staged?.find((staged) => staged.version === version)?.stage ?? null;
  const info = { ...describeChange(commit, change, { stage, purged }), namespace: head.owner.namespace, name };
  return [{ info, put: change.op === "put" && !purged ? change : null }];
}
