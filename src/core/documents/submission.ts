import { compareText, encodeHex, isStrictlyAscending, joinBytes } from "../bytes.js";
import { author, comment, MAX_SEALED_BYTES, MIN_SEALED_BYTES, mac, message, name, namespace, nonce } from "./fields.js";
import { submissionKey } from "./key-table.js";
import { encodeLine, FORMAT, parseLine, splitLines } from "./lines.js";
import { base64url, matching, misshapen, type Of, object, optional, type Shape, time, word } from "./shape.js";

/** The limits of docs/FORMAT.md section 2. */
export const MAX_SUBMISSION_BYTES = 32 * 1024 * 1024;
export const MAX_SUBMITTED = 1024;

const ID = /^s[0-9a-f]{32}$/;

/** What an accepted submission's id follows in the origin of its puts. */
const ORIGIN = "inbox/";

const header = object({
  coffer: word(FORMAT),
  kind: word("submission"),
  store: nonce,
  namespace,
  id: matching(ID),
  time,
  author: optional(author),
  message: optional(message),
  key: submissionKey,
});
const put = object({
  name,
  type: word("text", "binary"),
  comment: optional(comment),
  expires: optional(time),
  value: base64url(MIN_SEALED_BYTES, MAX_SEALED_BYTES),
});
const trailer: Shape<{ readonly mac: string }> = object({ mac });

export type SubmissionHeader = Of<typeof header>;
/** One name's new value, as it is handed in. docs/FORMAT.md section 21. */
export type SubmittedPut = Of<typeof put>;

/** A submission as read: `authenticated` are the bytes that `mac` covers. */
export interface SubmissionDocument {
  readonly header: SubmissionHeader;
  readonly puts: readonly SubmittedPut[];
  readonly mac: string;
  readonly authenticated: Uint8Array;
}

/** Reads a submission's bytes. Throws `INTEGRITY` or `UNSUPPORTED`; does not check its MAC. */
export function parseSubmission(bytes: Uint8Array, place: string): SubmissionDocument {
  const lines = splitLines(bytes, place, MAX_SUBMISSION_BYTES);
  const count = lines.length - 2;
  if (count < 1 || count > MAX_SUBMITTED) throw misshapen(place, `has ${lines.length} lines`);
  const puts = lines.slice(1, -1).map((line, index) => parseLine(line, put, `${place}, line ${index + 2}`));
  if (!isStrictlyAscending(puts.map((one) => one.name))) throw misshapen(place, "is not in order");
  const last = lines.at(-1) ?? bytes;
  return {
    header: parseLine(lines[0], header, place),
    puts,
    mac: parseLine(last, trailer, place).mac,
    authenticated: bytes.subarray(0, bytes.byteLength - last.byteLength),
  };
}

/** The bytes of a submission; `puts` in any order. */
export function encodeSubmission(
  first: SubmissionHeader,
  puts: Iterable<SubmittedPut>,
  sign: (authenticated: Uint8Array) => string,
): Uint8Array {
  const sorted = [...puts].sort((a, b) => compareText(a.name, b.name));
  const authenticated = joinBytes(encodeLine(first), ...sorted.map(encodeLine));
  return joinBytes(authenticated, encodeLine({ mac: sign(authenticated) }));
}

/** Names a new submission by 16 random bytes. */
export function makeSubmissionId(random: Uint8Array): string {
  return `s${encodeHex(random)}`;
}

export function isSubmissionId(candidate: string): boolean {
  return ID.test(candidate);
}

/** What stands as the version of the origin of what was accepted from a submission. */
export function originOf(id: string): string {
  return ORIGIN + id;
}
