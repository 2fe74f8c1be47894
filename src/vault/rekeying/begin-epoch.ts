import type { Call } from "../../core/call.js";
import { makeEpoch } from "../../core/documents/fields.js";
import { parseHead } from "../../core/documents/head.js";
import { headKey } from "../../core/layout.js";
import { stateOfHead } from "../../core/state.js";
import { CofferError } from "../../errors.js";
import type { VerifiedHead } from "../heads/found-head.js";
import { deadline } from "../parts.js";
import { buildCommit } from "../writing/build-commit.js";
import { makeKey } from "../writing/plan-changes.js";
import { sendCommit } from "../writing/send-commit.js";
import type { LeftVersion } from "./contract.js";
import { assertNothingLeft } from "./left-out.js";
import { type Ground, openHeadKeys, planReseal } from "./plan-reseal.js";

/** How often it is built anew where others were first. */
const MAX_ATTEMPTS = 50;

/** The commit that began an epoch, as the head that it made. */
export interface BegunEpoch {
  readonly head: VerifiedHead;
  readonly resealed: number;
  readonly left: readonly LeftVersion[];
}

export interface Beginning extends Omit<Ground, "head"> {
  /** Reads the head as it is now, proven. */
  readonly load: (options: Call) => Promise<VerifiedHead>;
  readonly message: string | undefined;
  readonly dryRun: boolean;
}

/**
 * Begins a new epoch in one commit that seals everything anew which is current or staged. Where others were first it begins again on what they left.
 * docs/FORMAT.md section 11.
 */
export async function beginEpoch(beginning: Beginning, options: Call): Promise<BegunEpoch> {
  const { parts, load, leniency, message, dryRun } = beginning;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const base = await load(options);
    const { owner, document } = base;
    const ground = { ...beginning, head: base };
    const opened = await openHeadKeys(ground, options);
    assertNothingLeft(owner, opened.left, leniency);
    const name = makeEpoch(document.header.sequence + 1, parts.random(16));
    const epoch = await makeKey(parts, owner, { epoch: name, use: "epoch", context: {} }, options);
    const plan = await planReseal(ground, opened, epoch, options);
    const state = stateOfHead(document.header.floor, document.entries.values());
    const built = await buildCommit({ parts, owner, epoch, base, state, plan, message });
    const done = dryRun || (await sendCommit(parts, base, built, deadline(parts, options.signal)));
    if (done) {
      const made = parseHead(built.head, headKey(owner.namespace));
      const head = { owner, etag: "", document: made, remembered: base.remembered, key: epoch.key };
      return { head, resealed: plan.changes.length, left: opened.left };
    }
    await parts.pause(attempt, options.signal);
  }
  throw new CofferError("CONFLICT", "the namespace is being changed by too many others at once", {
    hint: "try again",
  });
}
