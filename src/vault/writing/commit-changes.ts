import type { Call } from "../../core/call.js";
import { MAX_AUTHOR_BYTES, MAX_MESSAGE_BYTES, makeEpoch } from "../../core/documents/fields.js";
import { quote } from "../../core/name.js";
import type { Change, Commit } from "../../core/secret-store.js";
import { emptyState, stateOfHead } from "../../core/state.js";
import { CofferError } from "../../errors.js";
import { shownNamespace, type VerifiedHead } from "../heads/found-head.js";
import { loadHead, requireStore } from "../heads/load-head.js";
import { describeCommit } from "../history/describe.js";
import { keyHolders, type Owner } from "../key-ring.js";
import { deadline, type VaultParts } from "../parts.js";
import { type BuiltCommit, buildCommit } from "./build-commit.js";
import { assertChanges, type EpochKey, isText, makeKey, planChanges } from "./plan-changes.js";
import { sendCommit } from "./send-commit.js";

/** How often a commit that lost against others is built anew. */
const MAX_ATTEMPTS = 200;

interface CommitOptions extends Call {
  readonly expect?: string | null;
  readonly message?: string;
  readonly dryRun?: boolean;
}

/**
 * Makes changes in one commit: see `SecretStore.commit`, and docs/FORMAT.md sections 11 and 12. Where others were first it begins again on what
 * they left, unless the caller named the commit that it expects.
 */
export async function commitChanges(
  parts: VaultParts,
  namespace: string,
  changes: readonly Change[],
  options: CommitOptions = {},
): Promise<Commit> {
  assertChanges(changes);
  assertTexts(parts, options.message);
  const limit = deadline(parts, options.signal);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const held = attempt === 1 ? parts.latest.find(namespace, options.expect) : undefined;
    const base = held === undefined ? await loadHead(parts, namespace, { signal: limit }) : held;
    assertExpectedHead(namespace, base, options.expect);
    if (base !== null) await assertSameHolders(parts, base);
    const built = await build(parts, namespace, base, changes, options.message, limit);
    if (options.dryRun === true) return describeCommit(built);
    // Whatever comes of it, it is not the present one any more.
    parts.latest.forget();
    if (await sendCommit(parts, base, built, limit)) return describeCommit(built);
    if (options.expect !== undefined) throw changedMeanwhile(namespace);
    await parts.pause(attempt, limit);
  }
  throw new CofferError("CONFLICT", `${shownNamespace(namespace)} is being changed by too many others at once`, {
    hint: "try again",
  });
}

async function build(
  parts: VaultParts,
  namespace: string,
  base: VerifiedHead | null,
  changes: readonly Change[],
  message: string | undefined,
  signal: AbortSignal,
): Promise<BuiltCommit> {
  const owner = base?.owner ?? { store: await requireStore(parts, { signal }), namespace };
  const epoch = base === null ? await firstEpoch(parts, owner, signal) : epochOf(base);
  const header = base?.document.header;
  const state = base === null ? emptyState() : stateOfHead(header?.floor, base.document.entries.values());
  const planned = { floor: state.floor, entries: new Map(state.entries) };
  const sequence = (header?.sequence ?? 0) + 1;
  const plan = await planChanges({ parts, owner, epoch, state: planned, sequence, options: { signal } }, changes);
  return buildCommit({ parts, owner, epoch, base, state, plan, message });
}

async function firstEpoch(parts: VaultParts, owner: Owner, signal: AbortSignal): Promise<EpochKey> {
  return makeKey(parts, owner, { epoch: makeEpoch(1, parts.random(16)), use: "epoch", context: {} }, { signal });
}

/** The key that vouches for a head. */
export function epochOf({ key, document }: VerifiedHead): EpochKey {
  const [record] = document.header.keys;
  if (record === undefined) throw new TypeError("a parsed head has an epoch key");
  return { key, record };
}

/** Throws `USAGE` for a message, or an author, that no commit can hold; begins to find out who that is. */
export function assertTexts({ author, findAuthor }: VaultParts, message: string | undefined): void {
  if (message !== undefined && !isText(message, 0, MAX_MESSAGE_BYTES)) {
    throw new CofferError("USAGE", `the message is longer than ${MAX_MESSAGE_BYTES} bytes, or no text`);
  }
  if (typeof author === "function") void findAuthor();
  else if (author !== undefined && !isText(author, 1, MAX_AUTHOR_BYTES)) {
    throw new CofferError(
      "USAGE",
      `the author ${quote(author)} is empty, longer than ${MAX_AUTHOR_BYTES} bytes, or no text`,
    );
  }
}

/** Throws `CONFLICT` where another commit is expected to be the head; undefined expects none. */
export function assertExpectedHead(
  namespace: string,
  base: VerifiedHead | null,
  expect: string | null | undefined,
): void {
  if (expect === undefined) return;
  if ((base?.document.header.commit ?? null) === expect) return;
  throw changedMeanwhile(namespace);
}

/** For whom data keys are wrapped is the writer's to say, never the storage's; so where the two differ nothing is written. Throws `CONFLICT`. */
export async function assertSameHolders(parts: VaultParts, { owner, document }: VerifiedHead): Promise<void> {
  const stored = (document.header.keys[0]?.wrappings ?? []).map(({ by }) => by);
  const ours = (await keyHolders(parts)).map(({ id }) => id);
  if (stored.length === ours.length && stored.every((by, index) => by === ours[index])) return;
  const namespace = shownNamespace(owner.namespace);
  throw new CofferError(
    "CONFLICT",
    `${namespace} is sealed for ${stored.join(", ")}; you would seal it for ${ours.join(", ")}`,
    {
      hint: `name the same further keys as the others do (also_wrap in your profile); or change it for all: coffer rotate-key ${namespace}`,
    },
  );
}

/** The failure of who expected another head. */
export function changedMeanwhile(namespace: string): CofferError {
  return new CofferError("CONFLICT", `${shownNamespace(namespace)} was changed meanwhile`, {
    hint: `look at it again, then repeat: coffer log ${shownNamespace(namespace)}`,
  });
}
