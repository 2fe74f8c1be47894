import { isIdentityFailure, isMissingRight } from "../../aws/denial.js";
import { isCofferError } from "../../errors.js";
import type { Patient } from "./patient.js";

/** What a check came to. `unknown`: it could not be looked at, for instance for want of a right, which the message then names. */
export interface Finding {
  readonly status: "ok" | "wrong" | "unknown";
  readonly message: string;
  /** What to do, or null. */
  readonly hint: string | null;
}

/** A finding as `doctor` prints it. */
export interface Check extends Finding {
  readonly id: string;
}

/** One thing to look at. What `look` throws is a finding as well. */
export interface CheckRow<P = Patient> {
  readonly id: string;
  /** Whether it means anything for this store and key; without it for all. */
  readonly applies?: (patient: P) => boolean;
  /** Nothing else could be done without it: an answer that does not come is wrong here, and elsewhere only unknown. */
  readonly essential?: true;
  look(patient: P): Promise<Finding>;
}

export const ok = (message: string, hint: string | null = null): Finding => ({ status: "ok", message, hint });
export const wrong = (message: string, hint: string | null): Finding => ({ status: "wrong", message, hint });
export const unknown = (message: string, hint: string | null = null): Finding => ({ status: "unknown", message, hint });

/** Looks, and never throws but for who stopped the command: so one check never hides the others. */
export async function runCheck<P>({ id, essential, look }: CheckRow<P>, patient: P): Promise<Check> {
  try {
    return { id, ...(await look(patient)) };
  } catch (error) {
    return { id, ...findingOf(error, essential === true) };
  }
}

/** What a failure says of what was to be looked at. Throws again who was interrupted. */
export function findingOf(error: unknown, essential = false): Finding {
  if (isCofferError(error, "INTERRUPTED")) throw error;
  if (error instanceof Unmet) return unknown(error.message);
  if (isMissingRight(error)) return unknown(error.message, error.hint ?? null);
  if (!isCofferError(error)) return unexpected(error);
  const passing = isCofferError(error, "UNREACHABLE") || isIdentityFailure(error);
  return { status: passing && !essential ? "unknown" : "wrong", message: error.message, hint: error.hint ?? null };
}

/** What another check looks at has to be there first. */
class Unmet extends Error {}

/** The fact, or an `unknown` that says why there is none: what it fails of is another check's to say. */
export async function needs<T>(fact: Promise<T>, why: string): Promise<T> {
  try {
    return await fact;
  } catch (error) {
    if (isCofferError(error, "INTERRUPTED")) throw error;
    throw new Unmet(why);
  }
}

/** Says that there is nothing to look at. */
export function unmet(why: string): Error {
  return new Unmet(why);
}

function unexpected(error: unknown): Finding {
  if (!(error instanceof Error)) return unknown("it ended unexpectedly");
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return unknown(
    `it could not be looked at (${code})`,
    "if that is no fault of the disk or the system, please report it",
  );
}
