import { stateOfHead } from "../../core/state.js";
import { CofferError } from "../../errors.js";
import { shownNamespace, type VerifiedHead } from "../heads/found-head.js";
import { loadHead } from "../heads/load-head.js";
import { describeCommit } from "../history/describe.js";
import { deadline, type VaultParts } from "../parts.js";
import { type BuiltCommit, buildCommit } from "../writing/build-commit.js";
import {
  assertExpectedHead,
  assertSameHolders,
  assertTexts,
  changedMeanwhile,
  epochOf,
} from "../writing/commit-changes.js";
import { sendCommit } from "../writing/send-commit.js";
import { chooseTargets } from "./choose-targets.js";
import type { PurgeOptions, PurgeReport, PurgeSelection } from "./contract.js";
import { assertEarlierSeen } from "./destroy-earlier.js";
import { destroyValues } from "./destroy-values.js";
import { type PlannedPurge, type PurgePlan, planPurge } from "./plan-purge.js";

/** How often the commit is built anew where others were first. */
const MAX_ATTEMPTS = 50;
/** So many names in the message that a purge gets where its caller gives none. */
const MAX_NAMED = 5;

/** Destroys versions for good: see `Vault.destroy`. First the commit that says so, then the bytes. */
export async function purgeVersions(
  parts: VaultParts,
  namespace: string,
  selection: PurgeSelection,
  options: PurgeOptions = {},
): Promise<PurgeReport> {
  assertTexts(parts, options.message);
  const { dryRun = false, expect, signal } = options;
  const call = signal === undefined ? {} : { signal };
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const base = await requireHead(parts, namespace, options);
    assertExpectedHead(namespace, base, expect);
    const { plan, built } = await buildPurge(parts, base, selection, options);
    const report = describe(base, plan, built);
    if (dryRun) return { ...report, destroyed: await destroyValues(parts, base, { write: false }, call) };
    if (built !== null) await assertEarlierSeen(parts, base, call);
    if (built === null || (await sendCommit(parts, base, built, deadline(parts, signal)))) {
      const head = built === null ? base : await requireHead(parts, namespace, options);
      return { ...report, destroyed: await destroyValues(parts, head, { write: true }, call) };
    }
    if (expect !== undefined) throw changedMeanwhile(namespace);
    await parts.pause(attempt, signal);
  }
  throw new CofferError("CONFLICT", `${shownNamespace(namespace)} is being changed by too many others at once`, {
    hint: "try again",
  });
}

/** The commit, or null where the head says already that all of it was purged. */
async function buildPurge(
  parts: VaultParts,
  base: VerifiedHead,
  selection: PurgeSelection,
  { message, signal }: PurgeOptions,
): Promise<{ plan: PurgePlan; built: BuiltCommit | null }> {
  const { owner, document } = base;
  const targets = await chooseTargets(parts, base, selection, signal === undefined ? {} : { signal });
  const stateNow = () => stateOfHead(document.header.floor, document.entries.values());
  const place = { namespace: owner.namespace, sequence: document.header.sequence + 1 };
  const plan = planPurge(stateNow(), targets, place);
  if (plan.changes.length === 0) return { plan, built: null };
  await assertSameHolders(parts, base);
  const built = await buildCommit({
    parts,
    owner,
    epoch: epochOf(base),
    base,
    state: stateNow(),
    plan: { changes: [...plan.changes], sealed: new Map(), ownKeys: [] },
    message: message ?? summarize(plan),
  });
  return { plan, built };
}

function describe(
  base: VerifiedHead,
  { purged }: PurgePlan,
  built: BuiltCommit | null,
): Omit<PurgeReport, "destroyed"> {
  const { commit, sequence } = base.document.header;
  const { namespace } = base.owner;
  const before = { namespace, base: commit, purged };
  if (built === null) return { ...before, commit: null, sequence, changes: [] };
  return { ...before, commit: built.id, sequence: built.header.sequence, changes: describeCommit(built).changes };
}

function summarize({ purged }: PurgePlan): string {
  const named = purged.slice(0, MAX_NAMED).map(showPurged);
  const more = purged.length > MAX_NAMED ? ` and ${purged.length - MAX_NAMED} more` : "";
  return `purged ${named.join(", ")}${more}`;
}

/** `DB_URL (1, 3-5)`; of a name that goes with all its versions its name. */
function showPurged({ name, versions }: PlannedPurge): string {
  if (versions === "all") return name;
  return `${name} (${versions.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(", ")})`;
}

async function requireHead(parts: VaultParts, namespace: string, { signal }: PurgeOptions): Promise<VerifiedHead> {
  const head = await loadHead(parts, namespace, signal === undefined ? {} : { signal });
  if (head !== null) return head;
  throw new CofferError("NOT_FOUND", `nothing was ever written to ${shownNamespace(namespace)}`, {
    hint: "see which namespaces there are: coffer list",
  });
}
