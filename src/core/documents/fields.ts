import { decodeBase64url, encodeBase64url, isStrictlyAscending } from "../bytes.js";
import { findContextNameFault, MAX_CONTEXT_PAIRS } from "../context.js";
import { ladder } from "../ladder.js";
import { findNameFault, findNamespaceFault, isStage } from "../name.js";
import { array, base64url, matching, misshapen, ruled, type Shape, text, whole } from "./shape.js";

/** The limits of docs/FORMAT.md section 2, in bytes where nothing else is said. */
export const MAX_VALUE_BYTES = 16 * 1024 * 1024;
export const MAX_COMMENT_BYTES = 1024;
export const MAX_MESSAGE_BYTES = 4096;
export const MAX_AUTHOR_BYTES = 255;
export const MAX_NAMES = 4000;
export const MAX_CHANGES = 16_384;
export const MAX_HEAD_BYTES = 4 * 1024 * 1024;
export const MAX_COMMIT_BYTES = 64 * 1024 * 1024;
/** A sealed value at most: salt, commitment and tag around the padded value. */
export const MAX_SEALED_BYTES = 80 + 17_301_504;
export const MIN_SEALED_BYTES = 80 + 32;

export const name: Shape<string> = ruled(findNameFault);
export const namespace: Shape<string> = ruled(findNamespaceFault);
export const stage: Shape<string> = ruled((candidate) => (isStage(candidate) ? null : "is no stage"));
export const comment: Shape<string> = text(1, MAX_COMMENT_BYTES);
export const message: Shape<string> = text(1, MAX_MESSAGE_BYTES);
export const author: Shape<string> = text(1, MAX_AUTHOR_BYTES);
export const nonce: Shape<string> = base64url(16, 16);
export const mac: Shape<string> = base64url(32, 32);
export const hash: Shape<string> = base64url(32, 32);
export const epoch: Shape<string> = ruled((candidate) => (epochSince(candidate) === null ? "is no epoch" : null));
export const keyId: Shape<string> = ruled((candidate) => (KEY_ID.test(candidate) ? null : "is no data key's id"));
export const commitId: Shape<string> = matching(/^c[0-9a-f]{64}$/);
export const sequence: Shape<number> = whole(1);
export const version: Shape<number> = whole(1);

// `k` and 32 bytes in base64url, whose last character stands for four bits and two that are zero. (Most fields of a head are such ids.)
const KEY_ID = /^k[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** The names of a context: at least one, in byte order. */
export const context: Shape<string[]> = (value, place) => {
  const names = array(ruled(findContextNameFault), 1, MAX_CONTEXT_PAIRS)(value, place);
  if (!isStrictlyAscending(names)) throw misshapen(place, "is not in order");
  return names;
};

/** Version numbers as ranges, both ends included: ascending, and with a gap between one and the next. */
export const ranges: Shape<[number, number][]> = (value, place) => {
  const list = array(array(version, 2, 2), 1, Number.MAX_SAFE_INTEGER)(value, place);
  let least = 1;
  for (const [from = 0, to = 0] of list) {
    if (from < least || to < from) throw misshapen(place, "is not in order");
    least = to + 2;
  }
  return list.map(([from = 0, to = 0]) => [from, to]);
};

/** The sequence of an epoch's first commit, which its name begins with; null for what is no epoch. */
export function epochSince(candidate: string): number | null {
  const bytes = decodeBase64url(candidate);
  if (bytes?.byteLength !== EPOCH_BYTES) return null;
  const since = Number(Buffer.from(bytes).readBigUInt64BE());
  return since >= 1 && Number.isSafeInteger(since) ? since : null;
}

/** Names a new epoch: the sequence of its first commit, and 16 random bytes. */
export function makeEpoch(since: number, random: Uint8Array): string {
  const bytes = Buffer.alloc(EPOCH_BYTES);
  bytes.writeBigUInt64BE(BigInt(since));
  bytes.set(random, 8);
  return encodeBase64url(bytes);
}

/** Sequences that fall or stay, newest first. */
export const sequences =
  (least: number): Shape<number[]> =>
  (value, place) => {
    const list = array(sequence, least, Number.MAX_SAFE_INTEGER)(value, place);
    if (list.some((item, index) => item > (list[index - 1] ?? item))) throw misshapen(place, "is not in order");
    return list;
  };

/** The ids at `ladder(sequence)`, all of them. */
export function assertAncestors(ancestors: readonly string[], at: number, place: string): void {
  if (ancestors.length !== ladder(at).length) throw misshapen(`${place}.ancestors`, `has ${ancestors.length} elements`);
}

/** What is known at `ladder(version)`: it may end early, where the name began, but not without end. */
export function assertLadder(known: readonly number[], at: number, place: string): void {
  if (known.length > ladder(at).length) throw misshapen(place, `has ${known.length} elements`);
}

const EPOCH_BYTES = 24;
