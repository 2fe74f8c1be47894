import type { Call } from "../../core/call.js";
import { MAX_AUTHOR_BYTES, MAX_MESSAGE_BYTES, makeEpoch } from "../../core/documents/fields.js";
import { blobKey } from "../../core/layout.js";
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
import { forgetCommit, putHead, putImmutable, storeCommit } from "./put-head.js";

/** How often a commit that lost against others is built anew. */
const MAX_ATTEMPTS = 200;

/** How many blobs are sent at once. */
const BLOBS_AT_ONCE = 8;

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
  assertTexts(parts, options);
  const limit = deadline(parts, options.signal);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const base = await loadHead(parts, namespace, { signal: limit });
    assertExpectedHead(namespace, base, options.expect);
    if (base !== null) await assertSameHolders(parts, base);
    const built = await build(parts, namespace, base, changes, options.message, limit);
    if (options.dryRun === true) return describeCommit(built);
    if (await send(parts, base, built, limit)) return describeCommit(built);
    if (options.expect !== undefined) throw changedMeanwhile(namespace);
    await parts.pause(attempt, limit);
  }
  throw new CofferError("CONFLICT", `${shownNamespace(namespace)} is being changed by too many others at once`, {
    hint: "try again",
  });
}

/** True: it happened. False: somebody else was first, and it never will. */
async function send(
  parts: VaultParts,
  base: VerifiedHead | null,
  built: BuiltCommit,
  limit: AbortSignal,
): Promise<boolean> {
  await sendBlobs(parts, built, limit);
  await storeCommit(parts, built, limit);
  limit.throwIfAborted();
  // From here on a signal of the caller's no longer counts: what may have happened has to be found out.
  const happened = await putHead(parts, base, built);
  if (!happened) await forgetCommit(parts, built);
  return happened;
}

async function sendBlobs(parts: VaultParts, { owner, header, blobs }: BuiltCommit, limit: AbortSignal): Promise<void> {
  for (let start = 0; start < blobs.length; start += BLOBS_AT_ONCE) {
    const some = blobs.slice(start, start + BLOBS_AT_ONCE);
    await Promise.all(
      some.map(({ hash, bytes }) => putImmutable(parts, blobKey(owner.namespace, header.sequence, hash), bytes, limit)),
    );
  }
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

function epochOf({ key, document }: VerifiedHead): EpochKey {
  const [record] = document.header.keys;
  if (record === undefined) throw new TypeError("a parsed head has an epoch key");
  return { key, record };
}

function assertTexts(parts: VaultParts, { message }: CommitOptions): void {
  const { author } = parts;
  if (message !== undefined && !isText(message, 0, MAX_MESSAGE_BYTES)) {
    throw new CofferError("USAGE", `the message is longer than ${MAX_MESSAGE_BYTES} bytes, or no text`);
  }
  if (author !== undefined && !isText(author, 1, MAX_AUTHOR_BYTES)) {
    throw new CofferError(
      "USAGE",
      `the author ${quote(author)} is empty, longer than ${MAX_AUTHOR_BYTES} bytes, or no text`,
    );
  }
}

function assertExpectedHead(namespace: string, base: VerifiedHead | null, expect: string | null | undefined): void {
  if (expect === undefined) return;
  if ((base?.document.header.commit ?? null) === expect) return;
  throw changedMeanwhile(namespace);
}

/** For whom data keys are wrapped is the writer's to say, never the storage's; so where the two differ nothing is written. */
async function assertSameHolders(parts: VaultParts, { owner, document }: VerifiedHead): Promise<void> {
  const stored = (document.header.keys[0]?.wrappings ?? []).map(({ by }) => by);
  const ours = (await keyHolders(parts)).map(({ id }) => id);
  if (stored.length === ours.length && stored.every((by, index) => by === ours[index])) return;
  const namespace = shownNamespace(owner.namespace);
  throw new CofferError(
    "CONFLICT",
    `${namespace} is sealed for ${stored.join(", ")}; you would seal it for ${ours.join(", ")}`,
    {
      hint: "name the same further keys as the others do: also_wrap in your profile",
    },
  );
}

function changedMeanwhile(namespace: string): CofferError {
  return new CofferError("CONFLICT", `${shownNamespace(namespace)} was changed meanwhile`, {
    hint: `look at it again, then repeat: coffer log ${shownNamespace(namespace)}`,
  });
}
