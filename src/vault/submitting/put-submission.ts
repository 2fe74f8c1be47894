import type { Call } from "../../core/call.js";
import { CofferError, isCofferError } from "../../errors.js";
import { deadline, type VaultParts } from "../parts.js";

/**
 * Puts a submission, and nothing else: it can be neither looked at nor listed by who hands it in. After a lost answer it is sent again. Throws `OUTCOME_UNKNOWN`,
 * naming the id, when no answer came in time, and what the first attempt is refused with.
 */
export async function putSubmission(
  parts: VaultParts,
  prefix: string,
  id: string,
  bytes: Uint8Array,
  { signal }: Call,
): Promise<void> {
  signal?.throwIfAborted();
  // From here on a signal of the caller's no longer counts: what may have happened has to be found out.
  const limit = deadline(parts, undefined);
  for (let attempt = 1; ; attempt++) {
    try {
      // Refused: it is there. Nobody else knew the id, so that it was a lost answer to this very put.
      await parts.objects.put(prefix + id, bytes, { absent: true }, { signal: limit });
      return;
    } catch (error) {
      const isOpen = isCofferError(error, "UNREACHABLE") || isCofferError(error, "OUTCOME_UNKNOWN") || limit.aborted;
      // A plain refusal says that nothing happened, but only of the attempt that it answers.
      if (attempt === 1 && !isOpen) throw error;
      if (!isCofferError(error, "UNREACHABLE") || limit.aborted) throw unknownOutcome(id, error);
      await pauseOrGiveUp(parts, id, limit, attempt, error);
    }
  }
}

async function pauseOrGiveUp(
  parts: VaultParts,
  id: string,
  limit: AbortSignal,
  attempt: number,
  cause: unknown,
): Promise<void> {
  try {
    await parts.pause(attempt, limit);
  } catch {
    throw unknownOutcome(id, cause);
  }
}

function unknownOutcome(id: string, cause: unknown): CofferError {
  return new CofferError("OUTCOME_UNKNOWN", `it is not known whether the submission ${id} was handed in`, {
    hint: "who may read the inbox sees it, or not; handed in twice, it can be rejected once",
    cause,
  });
}
