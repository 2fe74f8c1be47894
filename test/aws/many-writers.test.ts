import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CofferError, isCofferError } from "../../src/errors.js";
import { put } from "../../src/testing/secret-store-contract/words.js";
import { collect, problemsOf } from "../../src/testing/vault-scene.js";
import type { Vault } from "../../src/vault/contract.js";
import { type Cloud, startCloud } from "./cloud.js";
import { findEmulator } from "./emulator.js";
import { FAULTS, type Fault } from "./proxy/fault.js";
import type { FaultPlan } from "./proxy/proxy.js";
import { newVault } from "./vault-scene.js";

const source = findEmulator();
const WRITERS = 8;
const COMMITS = 50;
/** One commit, in ms: many times what one takes among the others, as nobody may run out of time but for a request that nobody answers. */
const DEADLINE = 3_000;
/** How many of the puts fail in some way. */
const SHARE = 0.15;
/** One put in so many comes late: its writer stands still until the deadline. */
const LATE = 150;
/** What the others meet. */
const MENU: readonly Fault[] = [
  FAULTS.internal,
  FAULTS.internalAfter,
  FAULTS.slowDown,
  FAULTS.slowDownAfter,
  FAULTS.cut,
  FAULTS.cutAfter,
  FAULTS.preconditionFailed,
  FAULTS.preconditionFailedAfter,
  FAULTS.conflict,
  FAULTS.conflictAfter,
  { kind: "delay", ms: 20 },
];

interface Outcome {
  readonly message: string;
  readonly kind: "done" | "nothing" | "unknown";
  /** What the writer was told of a commit whose outcome is unknown. */
  readonly said: string;
}

describe.skipIf(source === null)(`${WRITERS} writers with ${COMMITS} commits each, where requests fail`, () => {
  let cloud: Cloud;
  beforeAll(async () => {
    if (source !== null) cloud = await startCloud(source);
  });
  afterAll(() => cloud.stop());

  it("know of each commit whether it happened, but where a head's put is still on its way; and each happens once", async () => {
    const made = await newVault(cloud, await cloud.newKey());
    const first = await made.open();
    await first.commit("prod", [put("START", "0")], { message: "start" });
    const late: string[] = [];
    cloud.proxy.plan(faults(late));
    const writers = await Promise.all(Array.from({ length: WRITERS }, () => made.open({ timeout: DEADLINE })));
    const outcomes = (await Promise.all(writers.map(write))).flat();
    cloud.proxy.plan();
    await cloud.proxy.deliver();

    const commits = await collect(first.log("prod"));
    const happened = commits.flatMap(({ message }) => message ?? []);
    const of = (kind: Outcome["kind"]): Outcome[] => outcomes.filter((outcome) => outcome.kind === kind);
    expect(new Set(happened).size).toBe(happened.length);
    expect(of("done").filter(({ message }) => !happened.includes(message))).toEqual([]);
    expect(of("nothing").filter(({ message }) => happened.includes(message))).toEqual([]);
    expect(of("unknown").filter(({ said }) => !late.some((head) => head.includes(idIn(said))))).toEqual([]);
    expect(of("unknown")).not.toEqual([]);
    expect(outcomes).toHaveLength(WRITERS * COMMITS);
    expect(commits.map(({ sequence }) => sequence)).toEqual(commits.map((_, index) => commits.length - index));
    expect(await problemsOf(first)).toEqual([]);
    await made.dispose();
  });
});

/** Puts meet what is on the menu, and the heads of those that are late are added to `late`. */
function faults(late: string[]): FaultPlan {
  const random = seeded(20261122);
  const puts = { heads: 0, commits: 0 };
  return ({ action, resource, body }) => {
    if (action !== "PutObject") return undefined;
    const what = resource.includes("/heads/") ? "heads" : "commits";
    puts[what] += 1;
    if (puts[what] % LATE !== 0) return random() < SHARE ? MENU[Math.floor(random() * MENU.length)] : undefined;
    if (what === "heads") late.push(body.toString("utf8"));
    return FAULTS.late;
  };
}

async function write(vault: Vault, writer: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let index = 0; index < COMMITS; index++) {
    const message = `${writer}.${index}`;
    const outcome = vault.commit("prod", [put(`W${writer}`, message)], { message });
    outcomes.push(
      await outcome.then(
        () => ({ message, kind: "done", said: "" }) as const,
        (error: unknown) => ({ message, ...tellOf(error) }),
      ),
    );
  }
  return outcomes;
}

function tellOf(error: unknown): Omit<Outcome, "message"> {
  if (isCofferError(error, "OUTCOME_UNKNOWN")) return { kind: "unknown", said: error.message };
  if (error instanceof CofferError && ["UNREACHABLE", "CONFLICT"].includes(error.code))
    return { kind: "nothing", said: "" };
  throw error;
}

function idIn(said: string): string {
  return /c[0-9a-f]{64}/.exec(said)?.[0] ?? "no commit was named";
}

/** The same numbers from 0 to 1 each time: mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
