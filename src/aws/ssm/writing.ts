import { CofferError, isCofferError } from "../../errors.js";
import { describeFailure, isUndone, isUnsettled } from "../failure.js";
import type { Around, Asking, Question } from "./asking.js";
import type { Fields } from "./wire.js";

/** What came of a write: an answer, or what AWS refuses it with. */
export interface Written {
  readonly answer: Fields | null;
  readonly refusal: unknown;
  /** An attempt before this one may have been made without a word of it reaching us. */
  readonly isRepeated: boolean;
}

/**
 * Writes until it is answered. Throws `OUTCOME_UNKNOWN` where it may have happened and nobody says so, `UNREACHABLE` where it surely has not, or the signal's
 * reason.
 */
export async function writeParameter(
  asking: Asking,
  action: "PutParameter" | "DeleteParameter",
  question: Question,
): Promise<Written> {
  const doubt = { isOpen: false, isRepeated: false };
  const around: Around = async (attempt) => {
    doubt.isRepeated = doubt.isOpen;
    doubt.isOpen = true;
    try {
      return await attempt();
    } catch (error) {
      const failure = describeFailure(error);
      if (isUndone(failure) || !isUnsettled(failure)) doubt.isOpen = doubt.isRepeated;
      throw error;
    }
  };
  try {
    return { answer: await asking.send(action, question, around), refusal: null, isRepeated: doubt.isRepeated };
  } catch (error) {
    const { signal, about } = question;
    if (signal?.aborted === true && (!doubt.isOpen || !isCofferError(signal.reason, "UNREACHABLE")))
      throw signal.reason;
    if (signal?.aborted !== true && isRefusal(error)) {
      return { answer: null, refusal: withoutValue(error), isRepeated: doubt.isRepeated };
    }
    if (doubt.isOpen) throw unknownOutcome(action, about, error);
    throw asking.explain(withoutValue(error), action, about);
  }
}

function isRefusal(error: unknown): boolean {
  const failure = describeFailure(error);
  return failure.status !== null && !isUnsettled(failure);
}

function unknownOutcome(action: string, name: string, cause: unknown): CofferError {
  const what = action === "PutParameter" ? "written" : "deleted";
  return new CofferError("OUTCOME_UNKNOWN", `it is not known whether ${name} was ${what}: the answer was lost`, {
    hint: "look with `coffer history`, and do it again if it was not",
    cause: withoutValue(cause),
  });
}

/** AWS's words about an input that it refuses may repeat it: `Value '…' at 'value' failed to satisfy constraint`. */
function withoutValue(error: unknown): unknown {
  const { status, message, code } = describeFailure(error);
  if (!(error instanceof Error) || !/Value\b/.test(message)) return error;
  const constraint = /failed to satisfy constraint: (Member must [\w ,-]+\d+)/.exec(message)?.[1];
  const told = new Error(constraint ?? code);
  return Object.assign(told, { name: code, $metadata: status === null ? {} : { httpStatusCode: status } });
}
