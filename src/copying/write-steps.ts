import { setTimeout as wait } from "node:timers/promises";
import type { Change, Commit } from "../core/secret-store.js";
import type { Sensitive } from "../core/sensitive.js";
import { CofferError, isCofferError } from "../errors.js";
import type { CopyOrder, Step } from "./contract.js";
import { pathOf, show } from "./find-targets.js";
import { groupBy } from "./group-by.js";
import { inParallel } from "./in-parallel.js";
import { digestOf } from "./known.js";
import { idOf, openOne } from "./open-each.js";
import { messageOf, packsOf } from "./pack.js";
import { itemOf, type Survey } from "./survey.js";
import { toChange } from "./to-change.js";

/** Longer than the second that S3 tells times by, in ms. */
const NEXT_SECOND_MS = 1100;

/** The commits of each namespace, in their order. */
export type Commits = ReadonlyMap<string, readonly Commit[]>;

interface Work {
  readonly order: CopyOrder;
  readonly found: Survey;
  readonly commits: Map<string, Commit[]>;
  written: number;
}

/** Makes the steps, namespace by namespace. A failure tells how far it came; whoever repeats the copy goes on there. */
export async function writeSteps(order: CopyOrder, found: Survey): Promise<Commits> {
  const work: Work = { order, found, commits: new Map(), written: 0 };
  try {
    if (order.to.store.can.commit === "atomic") await writeAll(work, found.steps, writePack);
    else await writeOldestFirst(work);
    return work.commits;
  } catch (error) {
    throw saying(work, error);
  }
}

type WritePack = (work: Work, namespace: string, pack: readonly Step[]) => Promise<void>;

async function writeAll(work: Work, steps: readonly Step[], write: WritePack): Promise<void> {
  for (const [namespace, own] of groupBy(steps, ({ target }) => target.namespace))
    for (const pack of packsOf(work.order, work.found, own)) await write(work, namespace, pack);
}

/**
 * What is to be current comes behind all else, and in another second: some stores know the latest of a secret's versions by nothing but the time at which it was written, and
 * to the second.
 */
async function writeOldestFirst(work: Work): Promise<void> {
  const { order, found } = work;
  const last = new Map(found.steps.map((step) => [pathOf(step.target), step]));
  const older = found.steps.filter((step) => last.get(pathOf(step.target)) !== step);
  await writeAll(work, older, writeEach);
  if (older.length > 0 && order.to.store.can.versions === "text")
    await wait(NEXT_SECOND_MS, undefined, { signal: order.signal }).catch(() => order.signal.throwIfAborted());
  await writeAll(work, [...last.values()], writeEach);
}

async function writePack(work: Work, namespace: string, pack: readonly Step[]): Promise<void> {
  const { order, found, commits } = work;
  const { store, call } = order.to;
  const changes: Change[] = [];
  for await (const change of inParallel(pack, (step) => readChange(work, step))) changes.push(change);
  const made = commits.get(namespace) ?? [];
  const head = made.at(-1)?.commit ?? found.heads.get(namespace);
  const expect = head === undefined ? {} : { expect: head };
  const commit = await store.commit(namespace, changes, { ...call(), ...messageOf(order), ...expect });
  commits.set(namespace, [...made, commit]);
  settle(work, pack);
}

/** One commit for each version, those of one name one after the other. */
async function writeEach(work: Work, namespace: string, pack: readonly Step[]): Promise<void> {
  const { order, commits } = work;
  const made = commits.get(namespace) ?? [];
  commits.set(namespace, made);
  const rows = [...groupBy(pack, ({ target }) => target.name).values()];
  const write = async (row: readonly Step[]): Promise<void> => {
    for (const step of row) {
      order.signal.throwIfAborted();
      const change = await readChange(work, step);
      made.push(await order.to.store.commit(namespace, [change], { ...order.to.call(), ...messageOf(order) }));
      settle(work, [step]);
    }
  };
  for await (const _ of inParallel(rows, write));
}

async function readChange({ order, found }: Work, step: Step): Promise<Change> {
  return toChange(step, step.info.deleted ? null : await readValue(order, found, step), order);
}

/** The value as it was found before. Throws `CONFLICT` where it is another by now. */
async function readValue(order: CopyOrder, { holding, known }: Survey, step: Step): Promise<Sensitive> {
  const id = idOf(step.source, step.info);
  const held = holding.find(id);
  if (held !== null) return held;
  const opened = await openOne(order.from, itemOf(order, step), order.contexts);
  if ("value" in opened && digestOf(opened.value) === known.get(id)?.digest) return opened.value;
  throw new CofferError("CONFLICT", `${show(step.source)} was changed while it was copied`, {
    hint: "repeat the copy",
  });
}

function settle(work: Work, steps: readonly Step[]): void {
  for (const { source, info } of steps) work.found.holding.drop(idOf(source, info));
  work.written += steps.length;
  work.order.onProgress?.(`copied ${work.written} of ${work.found.steps.length} versions`);
}

function saying({ written, found }: Work, error: unknown): unknown {
  if (!isCofferError(error) || written === 0) return error;
  const told = `${written} of ${found.steps.length} versions are copied; the same command goes on`;
  const hint = error.hint === undefined ? told : `${error.hint}; ${told}`;
  return new CofferError(error.code, error.message, { hint, cause: error.cause });
}
