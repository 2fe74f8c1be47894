import type { CommitBody, CommitHeader } from "../core/documents/commit.js";
import { makeEpoch } from "../core/documents/fields.js";
import type { HeadEntry, HeadHeader } from "../core/documents/head.js";
import { INBOX_EPOCH, type KeyRecord } from "../core/documents/key-table.js";
import type { SubmissionHeader, SubmittedPut } from "../core/documents/submission.js";
import { hashSealed } from "../core/sealing.js";

const digits = (byte: number, length: number): string => Buffer.alloc(length, byte).toString("base64url");

export const STORE = digits(1, 16);
export const NONCE = digits(2, 16);
export const MAC = digits(3, 32);
export const EPOCH = makeEpoch(1, new Uint8Array(16).fill(4));
export const EPOCH_KEY = `k${digits(5, 32)}`;
/** Ids of own keys, in order. */
export const OWN_KEYS = [`k${digits(6, 32)}`, `k${digits(7, 32)}`] as const;
export const TIME = "2026-01-31T12:00:00.000Z";
/** Bytes that could be a sealed value, and their hash. */
export const SEALED = digits(8, 112);
export const OTHER_SEALED = digits(9, 144);
export const HASH = hashSealed(SEALED);
export const OTHER_HASH = hashSealed(OTHER_SEALED);

/** What could be the id of the commit at a sequence. */
export function sampleId(sequence: number): string {
  return `c${sequence.toString(16).padStart(64, "0")}`;
}

/** A key as it stands in a document. */
export function sampleKey(id: string, context?: string[], epoch = EPOCH): KeyRecord {
  const wrappings = [{ by: "key-file:test", wrapped: digits(10, 112) }];
  return { id, epoch, ...(context === undefined ? {} : { context }), wrappings };
}

/** A head of sequence 5 with a plain secret, one with context in a blob and something staged, and a deleted one. */
export function sampleHead(): { header: HeadHeader; entries: HeadEntry[] } {
  const made = (version: number, sequence: number) => ({ version, sequence, commit: sampleId(sequence), time: TIME });
  const header: HeadHeader = {
    coffer: 1,
    kind: "head",
    store: STORE,
    namespace: "prod/billing",
    epoch: EPOCH,
    sequence: 5,
    commit: sampleId(5),
    ancestors: [4, 3, 2, 1].map(sampleId),
    nonce: NONCE,
    floor: 3,
    keys: [sampleKey(EPOCH_KEY), sampleKey(OWN_KEYS[0], ["app", "zone"])],
  };
  const entries: HeadEntry[] = [
    {
      name: "A",
      top: 3,
      made: [5, 2, 1],
      purged: [[1, 1]],
      current: { ...made(3, 5), type: "text", comment: "why", expires: TIME, key: EPOCH_KEY, value: SEALED },
    },
    {
      name: "B",
      top: 5,
      made: [4, 4],
      current: { ...made(4, 4), type: "binary", context: ["app", "zone"], key: OWN_KEYS[0], blob: 4, hash: HASH },
      staged: [{ stage: "next", ...made(5, 4), type: "text", key: EPOCH_KEY, value: OTHER_SEALED }],
    },
    { name: "C", top: 2, made: [3, 1], current: { ...made(2, 3), deleted: true } },
  ];
  return { header, entries };
}

/** A commit of sequence 3 with one change of each kind. */
export function sampleCommit(): { header: CommitHeader; body: CommitBody } {
  const header: CommitHeader = {
    coffer: 1,
    kind: "commit",
    store: STORE,
    namespace: "",
    epoch: EPOCH,
    key: EPOCH_KEY,
    sequence: 3,
    ancestors: [2, 1].map(sampleId),
    nonce: NONCE,
    time: TIME,
    author: "ada",
    message: "why",
    changes: [
      {
        op: "put",
        name: "A",
        version: 3,
        stage: "next",
        type: "text",
        comment: "c",
        expires: TIME,
        key: EPOCH_KEY,
        hash: HASH,
        earlier: [2, 1],
      },
      {
        op: "put",
        name: "B",
        version: 1,
        type: "binary",
        context: ["app"],
        origin: { version: "000017", time: TIME, author: "bob" },
        key: OWN_KEYS[0],
        hash: OTHER_HASH,
        inBlob: true,
      },
      { op: "delete", name: "C", version: 2, earlier: [1] },
      { op: "promote", name: "A", stage: "next", version: 3 },
      { op: "unstage", name: "D", stage: "next" },
      { op: "move", name: "E", version: 1 },
      { op: "reseal", name: "F", version: 4, key: OWN_KEYS[1], hash: HASH },
      {
        op: "purge",
        name: "G",
        versions: [
          [1, 2],
          [4, 4],
        ],
      },
      { op: "forget", name: "H" },
    ],
  };
  const keys = [sampleKey(EPOCH_KEY), sampleKey(OWN_KEYS[0], ["app"]), sampleKey(OWN_KEYS[1])];
  return { header, body: { keys, values: [SEALED, "", SEALED] } };
}

/** A submission of a text with all that can stand beside it, and of bytes. */
export function sampleSubmission(): { header: SubmissionHeader; puts: SubmittedPut[] } {
  const header: SubmissionHeader = {
    coffer: 1,
    kind: "submission",
    store: STORE,
    namespace: "prod/billing",
    id: `s${"0f".repeat(16)}`,
    time: TIME,
    author: "ben",
    message: "why",
    key: sampleKey(EPOCH_KEY, ["app", "zone"], INBOX_EPOCH),
  };
  const puts: SubmittedPut[] = [
    { name: "A", type: "text", comment: "c", expires: TIME, value: SEALED },
    { name: "B", type: "binary", value: OTHER_SEALED },
  ];
  return { header, puts };
}
