import type { Difference } from "../../core/compare-secrets.js";
import type { Context } from "../../core/context.js";
import { joinPath, quote, type SecretPath } from "../../core/name.js";
import { differingDetails, findRollback, toRollback } from "../../core/plan-rollback.js";
import type { Change, Secret } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import { WRITE_OPTIONS } from "../arguments/options.js";
import type { Command, Task } from "../command.js";
import { type Place, parsePlace, readPlace } from "../input/diff-input.js";
import { readOne } from "../input/read-input.js";
import {
  assertHead,
  expectHead,
  readWriteInput,
  reportCommit,
  reportNothing,
  summarize,
  type WriteInput,
} from "../input/write-input.js";
import { renderName } from "../output/differences.js";
import { shortCommit, showNamespace } from "../output/render.js";
import { type Session, withStore } from "../session.js";

/** `coffer rollback NS/|PATH --to VERSION|REV` */
export const rollback: Command = {
  arguments: [{ name: "NS/|PATH", help: "a namespace, or one secret" }],
  options: ["to", ...WRITE_OPTIONS],
  meanings: {
    to: "the commit id, time or date whose values are to come back; of one secret also a version's number",
    context: "a context pair that secrets are sealed with; each takes those it names",
  },
  notes: [
    "Makes one new commit whose values, comments, dates and contexts are those of then; what was not there then is deleted. Nothing is rewritten: the versions between stay, and can come back in the same way. What is staged stays staged, but that of a secret which is deleted.",
    "What differs is shown first, by name; on a terminal you are asked. A value that was purged since cannot come back: it is named, and nothing is changed.",
  ],
  examples: [
    ["coffer rollback prod/billing/DB_URL --to 1", "one secret, as it was at first"],
    ["coffer rollback prod/billing/ --to 2026-05-04 --dry-run", "shows what would change in a whole namespace"],
  ],
  exits: [
    [3, "there is no such version or commit, or it was purged"],
    [4, "somebody else changed the namespace meanwhile"],
  ],
  json: ["commit", "namespace", "sequence", "changed", "dryRun"],
  run: async (task) => {
    const place = parsePlace(task.arguments[0] ?? "", findDefaultNamespace(task) ?? "");
    const input = await readWriteInput(task);
    if (place.name === null && input.expectVersion !== undefined)
      throw new CofferError("USAGE", "--if-version is for one secret", { hint: "--if-commit is for all of them" });
    const target = readTarget(task, place);
    await withStore(task, (session) => rollBack(task, session, { place, target, input }), { writes: true });
    return 0;
  },
};

type Target = { readonly version: string } | { readonly at: string };

interface Order {
  readonly place: Place;
  readonly target: Target;
  readonly input: WriteInput;
}

/** A number of up to seven digits is a version; eight and more begin a commit's id. */
function readTarget({ flags }: Task, { name }: Place): Target {
  const to = flags.text("to");
  if (to === undefined) {
    throw new CofferError("USAGE", "rollback: --to is missing", {
      hint: "a version of one secret, a commit, time or date",
    });
  }
  if (!/^\d{1,7}$/.test(to)) return { at: to };
  if (name === null)
    throw new CofferError("USAGE", "a version is one secret's", { hint: "name a commit, time or date" });
  const version = flags.integer("to", 1);
  return { version: String(version) };
}

async function rollBack(task: Task, session: Session, order: Order): Promise<void> {
  const { place, target, input } = order;
  const { namespace } = place;
  const context = input.context ?? {};
  const now = await readPlace(session, place, context, { details: true });
  const wanted = task.flags.text("if-commit");
  if (wanted !== undefined) {
    const head = await session.store.head(namespace, session.call());
    assertHead(namespace, wanted, head === "unchanged" ? null : head);
  }
  const then =
    "at" in target
      ? await readThen(session, place, target.at, context)
      : await readVersion(session, place, target.version, context);
  const differing = findRollback(now.items, then.items);
  const { dryRun } = input;
  if (differing.length === 0) {
    if (place.name !== null && now.items.length === 0) throw noSecret({ namespace, name: place.name });
    return reportNothing(task, session, namespace, {
      dryRun,
      line: `nothing to do: ${showNamespace(namespace)} is as it was`,
    });
  }
  const changes = differing.map((difference) => toChange(difference, order));
  await agree(task, namespace, differing, dryRun);
  const { store } = session;
  const message = input.message ?? (store.can.metadata.includes("message") ? `rolled back to ${then.called}` : null);
  const commit = await store.commit(namespace, changes, {
    ...session.call(),
    dryRun,
    ...(message === null ? {} : { message }),
    ...expectHead(store, now.commit),
  });
  await reportCommit(task, commit, { dryRun, line: summarize(commit) });
}

interface Then {
  readonly items: readonly Secret[];
  readonly called: string;
}

async function readThen(session: Session, place: Place, at: string, context: Context): Promise<Then> {
  const { items, commit, destroyed } = await readPlace(session, { ...place, at }, context, { details: true });
  if (commit === null) throw new CofferError("NOT_FOUND", `${showNamespace(place.namespace)} had no commit yet`);
  if (destroyed.length > 0) {
    const named = destroyed.map((name) => quote(joinPath(place.namespace, name)));
    throw new CofferError("NOT_FOUND", `the value of then was purged: ${named.join(", ")}`, {
      hint: "name the secrets that are to come back, one by one",
    });
  }
  return { items, called: shortCommit(commit) };
}

async function readVersion(
  session: Session,
  { namespace, name }: Place,
  version: string,
  pool: Context,
): Promise<Then> {
  const path = { namespace, name: name ?? "" };
  const secret = await readOne(path, { version, context: { given: {}, pool }, details: true }, session);
  if (secret !== null) return { items: [secret], called: `version ${version}` };
  throw new CofferError("NOT_FOUND", `${quote(joinPath(namespace, path.name))} has no version ${version}`, {
    hint: `see them: coffer history ${joinPath(namespace, path.name)}`,
  });
}

function toChange(difference: Difference<Secret>, { input }: Order): Change {
  const { stage, context, expectVersion } = input;
  if (difference.to === null && stage !== undefined)
    throw new CofferError("USAGE", `a deletion cannot wait under a stage: ${quote(difference.name)}`);
  const change = toRollback(difference, { pool: context, stage });
  if (expectVersion === undefined || change.op === "promote") return change;
  return change.op === "put" ? { ...change, expect: expectVersion } : { ...change, expect: expectVersion ?? "0" };
}

async function agree(
  task: Task,
  namespace: string,
  differing: readonly Difference<Secret>[],
  dryRun: boolean,
): Promise<void> {
  const { world, flags } = task;
  if (!flags.has("quiet")) {
    const lines = differing.map((each) => `  ${renderName(each, noteOf(each))}`);
    await world.stderr.write(`coffer: changes in ${showNamespace(namespace)}\n${lines.join("")}`);
  }
  if (!dryRun) await (await import("../input/confirm.js")).confirm(task, "make them?");
}

/** What else than the value comes back. */
function noteOf({ from, to }: Difference<Secret>): string {
  return from === null || to === null ? "" : differingDetails(from, to).join(", ");
}

function noSecret({ namespace, name }: SecretPath): CofferError {
  return new CofferError("NOT_FOUND", `no secret named ${quote(joinPath(namespace, name))}, now or then`);
}
