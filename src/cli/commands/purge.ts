import { joinPath } from "../../core/name.js";
import { joinRanges, type Ranges } from "../../core/ranges.js";
import type { SecretStore } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import type { Vault } from "../../vault/contract.js";
import type { PurgeReport, PurgeSelection } from "../../vault/purging/contract.js";
import { parseDuration } from "../arguments/time-input.js";
import type { Command, Task } from "../command.js";
import { requireConsent } from "../input/confirm.js";
import { type Place, parsePlace } from "../input/diff-input.js";
import { count, printable, renderJson, say, shortCommit, showNamespace } from "../output/render.js";
import { changesJson } from "../output/version-json.js";
import { asVault, type Session, withStore } from "../session.js";

/** More than a person looks through. */
const MAX_VERSIONS = 100_000;

/** `coffer purge NS/|PATH` */
export const purge: Command = {
  arguments: [{ name: "NS/|PATH", help: "one secret, or with --older-than or --orphans a namespace" }],
  options: ["versions", "older-than", "orphans", "message", "dry-run"],
  meanings: { "older-than": "what was made longer ago than this (90d, 12h), but for what is current or staged" },
  notes: [
    "Destroys values for good: in the history, in the blobs, wherever the store has copies of them. The history still says that these versions were there, and verifies. What goes is named first, and you are asked; where there is nobody to ask it takes -y.",
    "A path alone takes away all of a secret: its versions, what is staged, and the name. --older-than also takes away names that were deleted longer ago. A version that is current or staged is refused.",
    "A bucket that keeps versions loses those that held what is purged, and every older version of the namespace's head. Backups still have it. If it is interrupted, the same command goes on.",
  ],
  examples: [
    ["coffer purge prod/billing/DB_URL --versions 1-2 --dry-run", "says what would go"],
    ["coffer purge prod/billing/ --older-than 365d -y", "whatever is older than a year and not current"],
    ["coffer purge prod/billing/OLD_KEY -y", "all of a secret, name included"],
    ["coffer purge prod/billing/ --orphans -y", "what interrupted writers left in the storage"],
  ],
  exits: [
    [2, "there is nobody to ask, and no -y"],
    [3, "there never was such a secret or version"],
    [4, "a version is current or staged, or somebody else changed the namespace meanwhile"],
  ],
  json: ["commit", "namespace", "sequence", "changed", "dryRun", "purged", "destroyed", "removed"],
  run: async (task) => {
    const { flags } = task;
    flags.assertAtMostOne("versions", "older-than", "orphans");
    const place = parsePlace(task.arguments[0] ?? "", findDefaultNamespace(task) ?? "");
    const selection = flags.has("orphans") ? null : readSelection(task, place);
    if (selection === null && place.name !== null)
      throw new CofferError("USAGE", "--orphans is for a namespace, whose name ends in a slash");
    await withStore(
      task,
      async (session) => {
        const vault = asPurgeable(session.store);
        if (selection === null) await sweep(task, vault, session, place.namespace);
        else await destroy(task, vault, session, { ...place, selection });
      },
      { writes: true },
    );
    return 0;
  },
};

function asPurgeable(store: SecretStore): Vault {
  if (!store.can.purge) throw new CofferError("UNSUPPORTED", `purge is not supported by ${store.url}`);
  return asVault(store, "purge");
}

function readSelection({ flags, world }: Task, { name }: Place): PurgeSelection {
  const [versions, age] = [flags.text("versions"), flags.text("older-than")];
  if (age !== undefined) {
    const duration = parseDuration(age);
    if (duration === null)
      throw new CofferError("USAGE", "--older-than is no duration", { hint: "it is written 90d, 12h or 1d12h" });
    return { before: new Date(world.now().getTime() - duration), ...(name === null ? {} : { name }) };
  }
  if (name !== null) return { name, versions: versions === undefined ? "all" : parseVersions(versions) };
  throw new CofferError("USAGE", "of a namespace it has to be said what is to go", {
    hint: "--older-than 365d, --orphans, or the path of a secret",
  });
}

/** `1,3-5`. Throws `USAGE`. */
function parseVersions(text: string): string[] {
  const ranges = text.split(",").map((part): readonly [number, number] => {
    const [, from, to = from] = /^([1-9]\d{0,14})(?:-([1-9]\d{0,14}))?$/.exec(part) ?? [];
    if (from === undefined || Number(from) > Number(to))
      throw new CofferError("USAGE", "--versions takes numbers and ranges of them", { hint: "such as 1,3-5" });
    return [Number(from), Number(to)];
  });
  const joined = joinRanges([], ranges);
  if (joined.reduce((sum, [from, to]) => sum + to - from + 1, 0) > MAX_VERSIONS)
    throw new CofferError("USAGE", `--versions names more than ${MAX_VERSIONS} versions`);
  return joined.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => String(from + index)));
}

async function destroy(
  task: Task,
  vault: Vault,
  { call }: Session,
  { namespace, selection }: Place & { readonly selection: PurgeSelection },
): Promise<void> {
  const { flags } = task;
  const message = flags.text("message");
  const options = message === undefined ? {} : { message };
  const preview = await vault.destroy(namespace, selection, { ...call(), ...options, dryRun: true });
  await name(task, preview);
  if (flags.has("dry-run")) return report(task, preview, { dryRun: true, removed: [] });
  // What was agreed to once is only finished.
  if (preview.purged.length > 0) await requireConsent(task, "destroy this for good?");
  const done = await vault.destroy(namespace, selection, { ...call(), ...options, expect: preview.base });
  await report(task, done, { dryRun: false, removed: [] });
}

async function sweep(task: Task, vault: Vault, { call }: Session, namespace: string): Promise<void> {
  const dryRun = task.flags.has("dry-run");
  const found = await vault.sweep(namespace, { ...call(), dryRun: true });
  for (const key of found) await say(task, `  ${key}`);
  if (found.length > 0 && !dryRun) await requireConsent(task, "remove these objects for good?");
  // Also where nothing is left to see: the storage may keep versions of what is gone.
  const removed = dryRun ? found : await vault.sweep(namespace, call());
  const head = await vault.head(namespace, call());
  const { commit, sequence } = head === null || head === "unchanged" ? { commit: "", sequence: 0 } : head;
  const nothing = { namespace, base: commit, commit: null, sequence, changes: [], purged: [], destroyed: 0 };
  await report(task, nothing, { dryRun, removed });
}

/** What goes, a line for each name. */
async function name({ world, flags }: Task, { namespace, purged }: PurgeReport): Promise<void> {
  if (purged.length === 0 || flags.has("quiet")) return;
  const lines = purged.map((one) => `  ${printable(joinPath(namespace, one.name))} ${showVersions(one.versions)}\n`);
  await world.stderr.write(`coffer: to be destroyed for good:\n${lines.join("")}`);
}

function showVersions(versions: Ranges | "all"): string {
  if (versions === "all") return "with all its versions";
  const shown = versions.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`));
  return `version${versions.length === 1 && !shown[0]?.includes("-") ? "" : "s"} ${shown.join(", ")}`;
}

async function report(
  task: Task,
  done: PurgeReport,
  { dryRun, removed }: { readonly dryRun: boolean; readonly removed: readonly string[] },
): Promise<void> {
  const { namespace, commit, sequence, changes, purged, destroyed } = done;
  if (task.flags.has("json")) {
    const changed = { commit: dryRun ? null : commit, namespace, sequence, changed: changesJson(changes), dryRun };
    return task.world.stdout.write(renderJson({ ...changed, purged, destroyed, removed }));
  }
  const line = describe(done, removed);
  const isNothing = purged.length + destroyed + removed.length === 0;
  const made = commit === null || dryRun ? "" : ` (commit ${shortCommit(commit)})`;
  await say(task, dryRun && !isNothing ? `would do, and has not: ${line}` : `${line}${made}`);
}

function describe({ namespace, purged, destroyed }: PurgeReport, removed: readonly string[]): string {
  if (removed.length > 0) return `${count(removed.length, "object")} removed that nothing referred to`;
  if (purged.length > 0) return `${count(purged.length, "secret")} purged`;
  if (destroyed > 0) return `${count(destroyed, "value")} destroyed that were purged before`;
  return `nothing to purge in ${showNamespace(namespace)}`;
}
