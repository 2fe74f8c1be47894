import type { Commit } from "../core/secret-store.js";
import { Sensitive } from "../core/sensitive.js";
import type { CopyOrder, Step } from "./contract.js";
import { groupBy } from "./group-by.js";
import { idOf } from "./open-each.js";
import { messageOf, packsOf } from "./pack.js";
import type { Survey } from "./survey.js";
import { toChange } from "./to-change.js";
import type { Commits } from "./write-steps.js";

/** True where one commit does it all, which then needs no trial: it happens or it does not. */
export function isOneCommit(order: CopyOrder, found: Survey): boolean {
  if (order.to.store.can.commit !== "atomic") return false;
  const [one, another] = groupBy(found.steps, ({ target }) => target.namespace).values();
  return one !== undefined && another === undefined && packsOf(order, found, one).length === 1;
}

/** What the destination says to these steps, without their being made. Of what takes several commits only the last version of each name is tried. */
export async function trySteps(order: CopyOrder, found: Survey): Promise<Commits> {
  const { store, call } = order.to;
  const commits = new Map<string, Commit[]>();
  for (const [namespace, steps] of groupBy(found.steps, ({ target }) => target.namespace)) {
    const isOne = store.can.commit === "atomic" && packsOf(order, found, steps).length === 1;
    const tried: Commit[] = [];
    for (const pack of packsOf(order, found, isOne ? steps : lastPuts(steps))) {
      const changes = pack.map((step) => toChange(step, placeholder(found, step), order));
      tried.push(await store.commit(namespace, changes, { ...call(), ...messageOf(order), dryRun: true }));
    }
    commits.set(namespace, tried);
  }
  return commits;
}

function lastPuts(steps: readonly Step[]): Step[] {
  const last = new Map(steps.filter(({ info }) => !info.deleted).map((step) => [step.target.name, step]));
  return [...last.values()];
}

/** Where a value is not at hand any more, something in its place: it was seen not to be too large. */
function placeholder({ holding }: Survey, { source, info }: Step): Sensitive | null {
  return info.deleted ? null : (holding.find(idOf(source, info)) ?? Sensitive.fromText("-"));
}
