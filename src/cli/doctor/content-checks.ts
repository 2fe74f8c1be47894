import { isMissingRight } from "../../aws/denial.js";
import { isCofferError } from "../../errors.js";
import { probeCompareAndSet } from "../../objects/probe.js";
import type { NamespaceState } from "../../vault/heads/contract.js";
import { once } from "../cloud/once.js";
import { isS3 } from "../cloud/open-cloud.js";
import { count, showNamespace, showTime } from "../output/render.js";
import { type CheckRow, type Finding, findingOf, needs, ok, unknown, unmet, wrong } from "./check.js";
import { countOlder } from "./files.js";
import type { Patient } from "./patient.js";
import { assertThere } from "./store-checks.js";

const DAY = 24 * 60 * 60 * 1000;
/** What clocks may differ by, in ms. */
export const CLOCK_TOLERANCE = 60_000;
/** To count what nothing refers to, the whole history is read: not of more commits than these. */
const MAX_WALKED = 1000;

const probes = new WeakMap<Patient, () => Promise<void>>();

/** The probe, tried once for all who ask of it. */
function probe(patient: Patient): Promise<void> {
  const known = probes.get(patient) ?? once(async () => probeCompareAndSet(await patient.objects(), patient.call()));
  probes.set(patient, known);
  return known();
}

export const write: CheckRow = {
  id: "write",
  async look(patient) {
    await assertThere(patient.storeId);
    try {
      await probe(patient);
    } catch (error) {
      if (!isCofferError(error, "UNSUPPORTED")) throw error;
    }
    return ok("objects can be written and removed (tried on one below probe/)");
  },
};

export const compareAndSet: CheckRow = {
  id: "compare-and-set",
  async look(patient) {
    await assertThere(patient.storeId);
    try {
      await probe(patient);
    } catch (error) {
      // Whether it can be written is another check's to say.
      if (isMissingRight(error)) return unknown("it takes the right to write to try it out", null);
      throw error;
    }
    return ok("the storage keeps the conditions of writes");
  },
};

export const decrypt: CheckRow = {
  id: "decrypt",
  async look({ storeId, keys, heads }) {
    await assertThere(storeId);
    await needs(keys(), "the key cannot be used");
    const all = await needs(heads(), "it is not known which namespaces there are");
    if (all.length === 0) return ok("there is nothing to open yet");
    const failed = all.filter(({ error }) => error !== null);
    const [first] = failed;
    if (first === undefined) return ok(`heads that were opened: ${all.length}`);
    // The worst of them is told: what is wrong before what is only not allowed.
    const findings = failed.map(({ namespace, error }) => ({ namespace, finding: findingOf(error) }));
    const worst = findings.find(({ finding }) => finding.status === "wrong") ?? findings[0];
    if (worst === undefined) throw new TypeError("there is a first");
    const others = failed.length === 1 ? "" : ` (and ${failed.length - 1} more of ${all.length})`;
    const { status, message, hint } = worst.finding;
    return { status, message: `${showNamespace(worst.namespace)} does not open: ${message}${others}`, hint };
  },
};

export const dataKeys: CheckRow = {
  id: "data-keys",
  async look(patient) {
    const { rotation, task } = patient;
    const states = await openedStates(patient);
    const age = ({ keysSince }: NamespaceState): number => task.world.now().getTime() - keysSince.getTime();
    const days = (state: NamespaceState): string => count(Math.max(0, Math.floor(age(state) / DAY)), "day");
    const [oldest] = [...states].sort((a, b) => age(b) - age(a));
    if (oldest === undefined) return ok("there are none yet");
    const told = `the oldest, of ${showNamespace(oldest.namespace)}, are ${days(oldest)} old`;
    const late = rotation === null ? [] : states.filter((state) => age(state) >= rotation);
    if (late.length === 0) return ok(told);
    const names = late.map(({ namespace }) => showNamespace(namespace)).join(" ");
    return wrong(`${told}; older than they should be: ${names}`, `new ones: coffer rotate-key ${names}`);
  },
};

export const clock: CheckRow = {
  id: "clock",
  async look(patient) {
    const now = patient.task.world.now();
    const states = await openedStates(patient);
    const ahead = states.find(({ newest }) => newest.getTime() > now.getTime() + CLOCK_TOLERANCE);
    if (ahead === undefined) return ok("no head has a time in the future");
    return wrong(
      `${showNamespace(ahead.namespace)} has a time in the future, ${showTime(ahead.newest)}: this clock is slow, or a writer's is fast`,
      "set the clocks by a time server",
    );
  },
};

export const rubbish: CheckRow = {
  id: "rubbish",
  async look(patient) {
    const { storeUrl, vault, call, task } = patient;
    const states = await openedStates(patient);
    const walked = states.filter(({ sequence }) => sequence <= MAX_WALKED);
    const left = new Map<string, number>();
    for (const { namespace } of walked) {
      const { length } = await (await vault()).sweep(namespace, { ...call(), dryRun: true });
      if (length > 0) left.set(namespace, length);
    }
    const drafts = storeUrl.startsWith("folder:")
      ? await countOlder(`${storeUrl.slice("folder:".length)}/tmp`, new Date(task.world.now().getTime() - DAY))
      : 0;
    return describeRubbish(left, drafts, states.length - walked.length);
  },
};

/** It does no harm but take room. */
function describeRubbish(left: ReadonlyMap<string, number>, drafts: number, skipped: number): Finding {
  const objects = [...left.values()].reduce((sum, each) => sum + each, 0);
  const names = [...left.keys()].map(showNamespace);
  const parts = [
    ...(objects === 0 ? [] : [`${count(objects, "object")} that nothing refers to, in ${names.join(" ")}`]),
    ...(drafts === 0 ? [] : [`${count(drafts, "draft")} in tmp, which the next write removes`]),
    ...(skipped === 0 ? [] : [`${count(skipped, "namespace")} with too long a history to look at here`]),
  ];
  const hint = names.length === 0 ? null : `coffer purge ${names[0]} --orphans`;
  return ok(parts.length === 0 ? "there is none" : parts.join("; "), hint);
}

/** The namespaces that open. Where none does there is nothing to look at. */
async function openedStates({ storeId, heads }: Patient): Promise<NamespaceState[]> {
  await assertThere(storeId);
  const all = await needs(heads(), "no head can be opened");
  const opened = all.flatMap(({ state }) => state ?? []);
  if (opened.length === 0 && all.length > 0) throw unmet("no head can be opened");
  return opened;
}

export const skew: CheckRow = {
  id: "clock-skew",
  applies: ({ storeUrl }) => isS3(storeUrl),
  async look({ task, bucket }) {
    const time = await (await bucket()).time();
    if (time === null) return unknown("the answers of S3 do not say what time it is");
    const behind = time.getTime() - task.world.now().getTime();
    if (Math.abs(behind) <= CLOCK_TOLERANCE) return ok("this clock and that of S3 agree");
    const seconds = Math.round(Math.abs(behind) / 1000);
    return wrong(
      `this clock is ${seconds} s ${behind > 0 ? "behind" : "ahead of"} that of S3, which refuses requests from 900 s on`,
      "set the clock by a time server",
    );
  },
};
