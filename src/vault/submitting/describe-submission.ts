import type { SubmissionHeader, SubmittedPut } from "../../core/documents/submission.js";
import type { Submission } from "./contract.js";

/** A submission as the contract has it. `digest`: SHA-256 of its bytes in hex. */
export function describeSubmission(
  header: Omit<SubmissionHeader, "key">,
  context: readonly string[],
  puts: readonly Omit<SubmittedPut, "value">[],
  digest: string,
): Submission {
  const { id, namespace, time, author = null, message = null } = header;
  return {
    id,
    namespace,
    time: new Date(time),
    author,
    message,
    context,
    puts: puts.map(({ name, type, comment = null, expires }) => ({
      name,
      type,
      comment,
      expires: expires === undefined ? null : new Date(expires),
    })),
    digest,
  };
}
