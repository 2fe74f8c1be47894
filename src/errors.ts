/**
 * What went wrong, as a word that programs may rely on. The command line's exit code follows from it (src/failures.ts).
 *
 * - `USAGE` the caller asked for something that cannot be asked; `UNSUPPORTED` this store or version cannot do it
 * - `INVALID` what was handed in (a file, stdin, a document to import) is not what it should be; nothing was changed
 * - `NOT_FOUND`, `CONFLICT` (somebody else was first, or an expectation does not hold)
 * - `ACCESS_DENIED` (also: sealed for another master key), `CONTEXT` (the context given does not open it)
 * - `INTEGRITY` (what is stored is not what was written), `ROLLBACK` (the store went back in time)
 * - `UNREACHABLE` (no answer, or not in time: a write may or may not have happened), `OUTCOME_UNKNOWN` (the same, for good)
 * - `PARTIAL` some changes of a store without atomic commits were made, the rest not; `FAILED` everything else that is known
 * - `INTERRUPTED` the person or the caller's signal stopped it
 */
export type ErrorCode =
  | "USAGE"
  | "UNSUPPORTED"
  | "INVALID"
  | "NOT_FOUND"
  | "CONFLICT"
  | "ACCESS_DENIED"
  | "CONTEXT"
  | "INTEGRITY"
  | "ROLLBACK"
  | "UNREACHABLE"
  | "OUTCOME_UNKNOWN"
  | "PARTIAL"
  | "FAILED"
  | "INTERRUPTED";

/**
 * Every failure that Coffer knows. The message says what happened to what, lower case, without a full stop; the hint
 * says what to do next. Neither ever holds a value, a key or a token.
 */
export class CofferError extends Error {
  override readonly name = "CofferError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** True for a CofferError, of that code if one is given. */
export function isCofferError(error: unknown, code?: ErrorCode): error is CofferError {
  return error instanceof CofferError && (code === undefined || error.code === code);
}
