import { isEqualBytes } from "../../core/bytes.js";
import { parseHead } from "../../core/documents/head.js";
import { blobKey, commitKey, headKey } from "../../core/layout.js";
import { CofferError, isCofferError } from "../../errors.js";
import type { PutCondition } from "../../objects/object-store.js";
import { damaged } from "../damaged.js";
import { shownNamespace, type VerifiedHead } from "../heads/found-head.js";
import { loadHead } from "../heads/load-head.js";
import { rememberHead } from "../heads/rollback.js";
import { ancestorAt } from "../history/chain.js";
import { deadline, type VaultParts } from "../parts.js";
import type { BuiltCommit } from "./build-commit.js";

type Verdict = "happened" | "lost" | "undecided";

/** What a put came to: `open` where only another look can tell. */
type Answer = "done" | "open";

/**
 * Puts a commit's head over the one that it stands on: the instant at which the commit happens. True: it happened; false: another was first. Throws
 * `OUTCOME_UNKNOWN` when that could not be found out in time, naming the commit. docs/FORMAT.md section 12.
 */
export async function putHead(parts: VaultParts, base: VerifiedHead | null, built: BuiltCommit): Promise<boolean> {
  const limit = deadline(parts, undefined);
  for (let attempt = 1; ; attempt++) {
    const answer = await tryPut(parts, base, built, limit, attempt);
    const verdict = answer === "done" ? "happened" : await settle(parts, base, built, limit, attempt);
    if (verdict === "lost") return false;
    if (verdict === "happened") {
      await rememberOwn(parts, base, built);
      return true;
    }
    await pauseOrGiveUp(parts, built, limit, attempt);
  }
}

/** Puts a commit, if absent. Throws unless it is there afterwards, whole. */
export async function storeCommit(
  parts: VaultParts,
  { owner, header, id, bytes }: BuiltCommit,
  limit: AbortSignal,
): Promise<void> {
  await putImmutable(parts, commitKey(owner.namespace, header.sequence, id), bytes, limit);
}

/** Puts an object that nobody else can have made; after a lost answer it looks, and sends it again if it is not there. */
export async function putImmutable(
  parts: VaultParts,
  key: string,
  bytes: Uint8Array,
  limit: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const sent = await isPut(parts, key, bytes, limit);
    if (sent) return;
    const found = await findAgain(parts, key, limit);
    if (found !== null && isEqualBytes(found, bytes)) return;
    if (found !== null) throw damaged(`${key} is there already, and another`);
    await parts.pause(attempt, limit);
  }
}

/**
 * Removes what a lost commit left: nothing will ever refer to it. Moved values stay: the winner may have moved the same to the same blob. Not
 * worth an error.
 */
export async function forgetCommit(parts: VaultParts, { owner, header, id, blobs }: BuiltCommit): Promise<void> {
  const keys = [
    commitKey(owner.namespace, header.sequence, id),
    ...blobs.filter(({ moved }) => !moved).map(({ hash }) => blobKey(owner.namespace, header.sequence, hash)),
  ];
  await Promise.allSettled(keys.map((key) => parts.objects.delete(key)));
}

async function tryPut(
  parts: VaultParts,
  base: VerifiedHead | null,
  built: BuiltCommit,
  limit: AbortSignal,
  attempt: number,
): Promise<Answer> {
  const condition: PutCondition = base === null ? { absent: true } : { etag: base.etag };
  try {
    const answer = await parts.objects.put(headKey(built.owner.namespace), built.head, condition, { signal: limit });
    return answer === "refused" ? "open" : "done";
  } catch (error) {
    if (isCofferError(error, "OUTCOME_UNKNOWN")) throw unknownOutcome(built, error);
    // A plain refusal says that nothing happened, but only of the attempt that it answers.
    if (attempt === 1 && !isUnanswered(error, limit)) throw error;
    return "open";
  }
}

async function settle(
  parts: VaultParts,
  base: VerifiedHead | null,
  built: BuiltCommit,
  limit: AbortSignal,
  attempt: number,
): Promise<Verdict> {
  try {
    const now = await loadHead(parts, built.owner.namespace, { signal: limit });
    return now === null ? judgeAbsent(base, built) : await judge(parts, base, built, now, limit);
  } catch (error) {
    if (isCofferError(error, "ROLLBACK")) throw error;
    // A look that was refused tells no more than one that was not answered: the commit may have happened.
    if (!isUnanswered(error, limit)) throw unknownOutcome(built, error);
    await pauseOrGiveUp(parts, built, limit, attempt, error);
    return settle(parts, base, built, limit, attempt + 1);
  }
}

async function judge(
  parts: VaultParts,
  base: VerifiedHead | null,
  built: BuiltCommit,
  now: VerifiedHead,
  limit: AbortSignal,
): Promise<Verdict> {
  const { sequence, commit } = now.document.header;
  const ours = built.header.sequence;
  if (sequence >= ours) {
    const there = sequence === ours ? commit : await ancestorAt(parts, now, ours, { signal: limit });
    return there === built.id ? "happened" : "lost";
  }
  if (base !== null && now.etag === base.etag) return "undecided";
  throw wentBack(built);
}

function judgeAbsent(base: VerifiedHead | null, built: BuiltCommit): Verdict {
  if (base !== null) throw wentBack(built);
  return "undecided";
}

async function rememberOwn(parts: VaultParts, base: VerifiedHead | null, built: BuiltCommit): Promise<void> {
  if (parts.memory === null) return;
  const document = parseHead(built.head, headKey(built.owner.namespace));
  const found = { owner: built.owner, etag: "", document, remembered: base?.remembered ?? null };
  // Made under this key a moment ago: to have it opened again would be a call of the master key for nothing.
  await rememberHead(parts, { ...found, key: built.epochKey });
}

async function pauseOrGiveUp(
  parts: VaultParts,
  built: BuiltCommit,
  limit: AbortSignal,
  attempt: number,
  cause?: unknown,
): Promise<void> {
  try {
    limit.throwIfAborted();
    await parts.pause(attempt, limit);
  } catch {
    throw unknownOutcome(built, cause);
  }
}

async function isPut(parts: VaultParts, key: string, bytes: Uint8Array, limit: AbortSignal): Promise<boolean> {
  try {
    return (await parts.objects.put(key, bytes, { absent: true }, { signal: limit })) !== "refused";
  } catch (error) {
    if (isCofferError(error, "UNREACHABLE") && !limit.aborted) return false;
    if (isCofferError(error, "OUTCOME_UNKNOWN")) throw notKept(key, error);
    throw error;
  }
}

async function findAgain(parts: VaultParts, key: string, limit: AbortSignal): Promise<Uint8Array | null> {
  return (await parts.objects.get(key, { signal: limit }))?.bytes ?? null;
}

function isUnanswered(error: unknown, limit: AbortSignal): boolean {
  return isCofferError(error, "UNREACHABLE") || limit.aborted;
}

// Without a head that refers to it the object is nothing: here the outcome is known.
function notKept(key: string, cause: CofferError): CofferError {
  return new CofferError("FAILED", `the storage did not confirm that it keeps ${key}; the change was not made`, {
    hint: "check the storage, then try again",
    cause,
  });
}

function wentBack({ owner, id }: BuiltCommit): CofferError {
  const namespace = shownNamespace(owner.namespace);
  return new CofferError("ROLLBACK", `${namespace} went back in time while commit ${id} was being made`, {
    hint: `somebody put an older state back: coffer log ${namespace}, then coffer verify ${namespace}`,
  });
}

function unknownOutcome({ owner, id }: BuiltCommit, cause: unknown): CofferError {
  const namespace = shownNamespace(owner.namespace);
  return new CofferError("OUTCOME_UNKNOWN", `it is not known whether commit ${id} of ${namespace} happened`, {
    hint: `look once the store answers again: coffer log ${namespace}`,
    cause,
  });
}
