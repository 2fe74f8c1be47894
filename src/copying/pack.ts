import type { CopyOrder, Step } from "./contract.js";
import { pathOf } from "./find-targets.js";
import { idOf } from "./open-each.js";
import type { Survey } from "./survey.js";

/** The most changes of one commit: docs/FORMAT.md section 2. */
const MOST_CHANGES = 16_384;
/** The most that the values of one commit may come to, in bytes: they are held together, sealed, and written again in Base64. */
const MOST_BYTES = 32 * 1024 * 1024;
/** What a change takes of a commit besides its value, at most, in bytes. */
const BYTES_PER_CHANGE = 1536;

/**
 * The steps of a namespace in the order in which they happened at the source, and in as few commits as can be. `repeats`: a commit keeps each of several versions of one
 * name; else each stands in a commit of its own.
 */
function packSteps(
  steps: readonly Step[],
  { repeats, sizeOf }: { readonly repeats: boolean; readonly sizeOf: (step: Step) => number },
): Step[][] {
  const packs: Step[][] = [];
  let pack: Step[] = [];
  let bytes = 0;
  let names = new Set<string>();
  for (const step of inOrder(steps)) {
    const size = sizeOf(step) + BYTES_PER_CHANGE;
    const isTwice = !repeats && names.has(step.target.name);
    if (pack.length > 0 && (isTwice || pack.length === MOST_CHANGES || bytes + size > MOST_BYTES)) {
      packs.push(pack);
      [pack, bytes, names] = [[], 0, new Set()];
    }
    pack.push(step);
    names.add(step.target.name);
    bytes += size;
  }
  return pack.length === 0 ? packs : [...packs, pack];
}

/** The same as the destination takes them. */
export function packsOf({ to }: CopyOrder, { known }: Survey, steps: readonly Step[]): Step[][] {
  const sizeOf = ({ source, info }: Step): number => known.get(idOf(source, info))?.bytes ?? 0;
  return packSteps(steps, { repeats: to.store.can.metadata.includes("origin"), sizeOf });
}

/** The message of a commit, where one is kept. */
export function messageOf({ to, message }: CopyOrder): { message?: string } {
  return to.store.can.metadata.includes("message") ? { message } : {};
}

/** By time, as far as the order of each name's own versions allows. */
function inOrder(steps: readonly Step[]): Step[] {
  const latest = new Map<string, number>();
  const timed = steps.map((step, index) => {
    const path = pathOf(step.target);
    const time = Math.max(latest.get(path) ?? Number.NEGATIVE_INFINITY, step.info.time?.getTime() ?? 0);
    latest.set(path, time);
    return { step, time, index };
  });
  return timed.sort((a, b) => a.time - b.time || a.index - b.index).map(({ step }) => step);
}
