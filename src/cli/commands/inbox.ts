import { CofferError } from "../../errors.js";
import type { Vault } from "../../vault/contract.js";
import type { Acceptance, AcceptOptions, InboxItem, Submission } from "../../vault/submitting/contract.js";
import { WRITE_OPTIONS } from "../arguments/options.js";
import type { Command, Task } from "../command.js";
import { findItems, type InboxInput, readInboxInput, requireSubmissions } from "../input/inbox-input.js";
import { commitOptions, findHead, readWriteInput, summarize, type WriteInput } from "../input/write-input.js";
import { inboxJson, renderInbox, shortId } from "../output/inbox-report.js";
import { count, renderJson, say, shortCommit, showNamespace } from "../output/render.js";
import { changesJson } from "../output/version-json.js";
import { assertStoreExists, asVault, type Session, withStore } from "../session.js";

/** `coffer inbox [NS/] [--accept ID…|--all] [--reject ID…]` */
export const inbox: Command = {
  arguments: [
    { name: "NS/", help: "the namespace; without it the default one", optional: true },
    { name: "ID", help: "what to accept or reject: 8 digits of an id are enough", optional: true, repeats: true },
  ],
  options: ["accept", "reject", "all", ...WRITE_OPTIONS],
  notes: [
    "Shows what `coffer put --submit` left: names, times and comments, but no values. Nothing vouches for the sender's name: everybody who may hand in can claim any.",
    "--accept opens submissions and makes one commit of them, the older first: of two for one name the later one is the later version. The commit is yours; `log` tells whose they were. Each is accepted once, also where it lies there again. --reject removes without opening.",
  ],
  examples: [
    ["coffer inbox prod/billing/", "what waits"],
    ["coffer inbox prod/billing/ --accept 3f9c02d1", "accepts one"],
    ["coffer inbox prod/billing/ --reject 51e0aa7c -y", "removes one"],
    ["coffer inbox prod/billing/ --accept --all -m 'new tokens'", "all of it, in one commit"],
  ],
  exits: [
    [3, "what is to be accepted or rejected is not there any more"],
    [4, "it is not what was shown, or the namespace is not what --if-version or --if-commit says"],
    [6, "what is to be accepted is no submission, or was changed; it is named, and nothing is committed"],
  ],
  json: ["namespace", "verified", "submissions"],
  run: async (task) => {
    const input = readInboxInput(task);
    if (input.act === "accept") await accept(task, input);
    else await withStore(task, (session) => look(task, session, input), { key: "unused" });
    return 0;
  },
};

async function look(task: Task, session: Session, input: InboxInput): Promise<void> {
  const vault = asVault(session.store, "inbox");
  const items = await findItems(vault, session, input);
  if (items.length === 0) await assertStoreExists(task, session.store, session.call());
  if (input.act === "reject") return reject(task, session, vault, input, items);
  const { namespace } = input;
  if (task.flags.has("json"))
    return task.world.stdout.write(renderJson({ namespace, verified: false, submissions: items.map(inboxJson) }));
  await task.world.stdout.write(renderInbox(items));
  if (items.length === 0) await sayNothingWaits(task, namespace);
}

async function reject(
  task: Task,
  { call }: Session,
  vault: Vault,
  { namespace }: InboxInput,
  items: readonly InboxItem[],
): Promise<void> {
  const { flags, world } = task;
  const dryRun = flags.has("dry-run");
  const ids = items.map(({ id }) => id);
  if (items.length > 0 && !dryRun) {
    await show(task, namespace, items);
    await confirmRemoval(task, count(items.length, "submission"));
    await vault.rejectSubmissions(namespace, ids, call());
  }
  if (flags.has("json")) return world.stdout.write(renderJson({ namespace, rejected: ids, dryRun }));
  if (items.length === 0) return sayNothingWaits(task, namespace);
  await say(task, `${dryRun ? "would do, and has not: reject" : "rejected"} ${ids.map(shortId).join(", ")}`);
}

async function accept(task: Task, input: InboxInput): Promise<void> {
  const { namespace } = input;
  const write = await readWriteInput(task);
  await withStore(
    task,
    async (session) => {
      const vault = asVault(session.store, "inbox");
      const items = await findItems(vault, session, input);
      const submissions = requireSubmissions(namespace, items);
      assertOneVersion(write, submissions);
      if (submissions.length === 0) return reportAcceptance(task, session, namespace, write, NOTHING);
      await show(task, namespace, items);
      if (!write.dryRun) await (await import("../input/confirm.js")).confirm(task, "accept?");
      const options = await acceptOptions(task, session, namespace, write);
      const made = await vault.acceptSubmissions(namespace, submissions, options);
      await reportAcceptance(task, session, namespace, write, made);
    },
    { writes: true },
  );
}

const NOTHING: Acceptance = { commit: null, accepted: [], already: [], left: [] };

async function acceptOptions(
  task: Task,
  session: Session,
  namespace: string,
  write: WriteInput,
): Promise<AcceptOptions> {
  const { context, stage, expectVersion } = write;
  return {
    ...(await commitOptions(task, session, namespace, write)),
    ...(context === undefined ? {} : { context }),
    ...(stage === undefined ? {} : { stage }),
    ...(expectVersion === undefined ? {} : { expectVersion }),
  };
}

/** A person sees the names, and who says he sends them, before anything is done with them. */
async function show({ world, flags }: Task, namespace: string, items: readonly InboxItem[]): Promise<void> {
  if (!world.stderr.isTerminal || flags.has("quiet")) return;
  await world.stderr.write(`coffer: in the inbox of ${showNamespace(namespace)}\n${renderInbox(items)}`);
}

async function confirmRemoval(task: Task, what: string): Promise<void> {
  const { flags, world } = task;
  if (!flags.has("yes") && (flags.has("no-input") || !world.stderr.isTerminal)) {
    throw new CofferError("USAGE", `${what} would be gone for good, and there is nobody to ask`, {
      hint: "-y says that you mean it",
    });
  }
  await (await import("../input/confirm.js")).confirm(task, `remove ${what} for good?`);
}

async function reportAcceptance(
  task: Task,
  session: Session,
  namespace: string,
  { dryRun, stage }: WriteInput,
  { commit, accepted, already, left }: Acceptance,
): Promise<void> {
  if (task.flags.has("json")) {
    const head = commit ?? (await findHead(session, namespace)) ?? { commit: null, sequence: 0 };
    const document = {
      commit: dryRun && commit !== null ? null : head.commit,
      namespace,
      sequence: head.sequence,
      changed: commit === null ? [] : changesJson(commit.changes),
      ...{ dryRun, accepted, already, left },
    };
    return task.world.stdout.write(renderJson(document));
  }
  if (commit !== null) {
    const line = `accepted ${accepted.map(shortId).join(", ")}: ${summarize(commit)}${stage === undefined ? "" : `, staged as ${stage}`}`;
    await say(task, dryRun ? `would do, and has not: ${line}` : `${line} (commit ${shortCommit(commit.commit)})`);
  }
  for (const id of already) await say(task, `${shortId(id)} was accepted before; nothing was done again`);
  for (const id of left)
    await say(task, `${shortId(id)} could not be removed from the inbox; it is not accepted again`);
  if (commit === null && already.length === 0) await sayNothingWaits(task, namespace);
}

function sayNothingWaits(task: Task, namespace: string): Promise<void> {
  return say(task, `nothing waits in ${showNamespace(namespace)}`);
}

function assertOneVersion({ expectVersion }: WriteInput, submissions: readonly Submission[]): void {
  if (expectVersion === undefined || submissions.flatMap(({ puts }) => puts).length === 1) return;
  throw new CofferError("USAGE", "--if-version is for one secret", { hint: "--if-commit is for all of them" });
}
