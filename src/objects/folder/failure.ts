import { CofferError } from "../../errors.js";
import { errorCode } from "./file-system.js";

// A network's storage that did not answer: it may yet do what it was asked for.
const NO_ANSWER = [
  "ETIMEDOUT",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOTCONN",
  "ECONNRESET",
  "ESTALE",
];

/**
 * What an error of the operating system means to who called the store; any other error comes back as it is.
 * `doing` is a verb ("read", "write"), `path` the file for errors that do not name one.
 */
export function asFolderError(error: unknown, doing: string, path: string): unknown {
  const code = errorCode(error);
  if (code === undefined || error instanceof CofferError || error instanceof TypeError) return error;
  const what = `cannot ${doing} ${pathOf(error) ?? path}`;
  const failure = (as: CofferError["code"], why: string, hint: string): CofferError =>
    new CofferError(as, `${what}: ${why}`, { hint, cause: error });
  if (NO_ANSWER.includes(code)) {
    return failure("UNREACHABLE", `its storage does not answer (${code})`, "check the network mount, then try again");
  }
  switch (code) {
    case "ENOSPC":
      return failure("FAILED", "no space left on its disk", "make room on that disk, then try again");
    case "EDQUOT":
      return failure("FAILED", "no space left in your quota", "make room or have the quota raised, then try again");
    case "EROFS":
      return failure("ACCESS_DENIED", "its file system is read-only", "mount it writable, or name another store");
    case "EACCES":
    case "EPERM":
      return failure(
        "ACCESS_DENIED",
        "permission denied",
        `see who owns it and its mode: ls -ld '${pathOf(error) ?? path}'`,
      );
    case "ENAMETOOLONG":
      return failure(
        "UNSUPPORTED",
        "the name is too long for its file system",
        "choose a shorter name or another disk",
      );
    case "EXDEV":
      return failure("FAILED", "parts of the store lie on different disks", "keep the whole store on one file system");
    case "EMFILE":
    case "ENFILE":
      return failure("FAILED", "too many files are open", "raise the limit (ulimit -n) or close programs");
    default:
      return failure("FAILED", code, "check the disk and the folder, then try again");
  }
}

/** Something that no writer of ours leaves there. */
export function contradiction(message: string): CofferError {
  return new CofferError("INTEGRITY", message, {
    hint: "somebody or something else changed the store's folder: restore it from a backup, or remove what is foreign in it",
  });
}

/** The disk took a change but would not say that it keeps it. It reports such an error once only, so asking again proves nothing. */
export function notVouchedFor(path: string, cause: unknown): CofferError {
  return new CofferError(
    "OUTCOME_UNKNOWN",
    `${path} was changed, but the disk did not confirm that it keeps the change`,
    {
      hint: "check the disk, then read it again: the change can be seen now but may be gone after a power failure",
      cause,
    },
  );
}

/** A rewriting is done, and what it replaced, which it was to destroy, is still on the disk. */
export function notDestroyed(path: string, cause: unknown): CofferError {
  return new CofferError("OUTCOME_UNKNOWN", `${path} was rewritten, but what was there before could not be removed`, {
    hint: "check the disk and the folder, then read it again: that removes it too",
    cause,
  });
}

function pathOf(error: unknown): string | undefined {
  return error instanceof Error && "path" in error && typeof error.path === "string" ? error.path : undefined;
}
