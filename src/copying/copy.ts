import type { Commit } from "../core/secret-store.js";
import type { CopiedNamespace, CopyOrder, CopyReport } from "./contract.js";
import { pathOf } from "./find-targets.js";
import { type Survey, survey } from "./survey.js";
import { countLosses } from "./to-change.js";
import { isOneCommit, trySteps } from "./try-steps.js";
import { writeSteps } from "./write-steps.js";

/**
 * Copies secrets from one store to another, or within one. Everything is read, and compared with what is there, before anything is written; what is there already is not written again, so that whoever was
 * interrupted repeats it. The source is left as it is. `verify`: afterwards both sides are read and compared anew.
 *
 * Throws `NOT_FOUND` where there is nothing to copy, `USAGE` for names that cannot be or would become one, `CONTEXT`, `INVALID`, `CONFLICT`, and what reading and writing throw: nothing is
 * written then, or the hint says how far it came.
 */
export async function copySecrets(
  order: CopyOrder,
  { dryRun, verify }: { readonly dryRun: boolean; readonly verify: boolean },
): Promise<CopyReport> {
  const found = await survey(order);
  const needsTrial = dryRun || (found.steps.length > 0 && !isOneCommit(order, found));
  const tried = needsTrial ? await trySteps(order, found) : null;
  const commits = dryRun && tried !== null ? tried : await writeSteps(order, found);
  const namespaces: CopiedNamespace[] = [];
  for (const namespace of found.namespaces)
    namespaces.push(await describe(order, namespace, commits.get(namespace) ?? [], { dryRun }));
  const { steps, same, shortened, below } = found;
  const losses = countLosses(steps, order.to.store.can);
  const differing = verify ? await findDiffering(order, found, { dryRun }) : null;
  return { namespaces, steps, same, shortened, below, losses, differing };
}

async function describe(
  { to }: CopyOrder,
  namespace: string,
  commits: readonly Commit[],
  { dryRun }: { readonly dryRun: boolean },
): Promise<CopiedNamespace> {
  const changed = commits.flatMap(({ changes }) => changes);
  const last = commits.at(-1);
  if (last !== undefined)
    return { namespace, commit: dryRun ? null : last.commit || null, sequence: last.sequence, changed };
  const head = await to.store.head(namespace, to.call());
  if (head === null || head === "unchanged") return { namespace, commit: null, sequence: 0, changed };
  return { namespace, commit: head.commit, sequence: head.sequence, changed };
}

/** The paths at the destination whose values are not those of the source: what is current and, where that was asked for, each version. */
async function findDiffering(order: CopyOrder, found: Survey, { dryRun }: { dryRun: boolean }): Promise<string[]> {
  const isFresh = dryRun || found.steps.length === 0;
  const versions = isFresh ? found.steps : (await survey(order)).steps;
  const current = order.history ? (await survey({ ...order, history: false })).steps : [];
  return [...new Set([...versions, ...current].map(({ target }) => pathOf(target)))];
}
