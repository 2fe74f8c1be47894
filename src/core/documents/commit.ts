import { encodeHex, encodeUtf8 } from "../bytes.js";
import { sha256 } from "../ciphers.js";
import { hashSealed } from "../sealing.js";
import {
  assertAncestors,
  assertLadder,
  author,
  comment,
  commitId,
  context,
  epoch,
  hash,
  keyId,
  MAX_CHANGES,
  MAX_COMMIT_BYTES,
  MAX_SEALED_BYTES,
  MIN_SEALED_BYTES,
  mac,
  message,
  name,
  namespace,
  nonce,
  ranges,
  sequence,
  sequences,
  stage,
  version,
} from "./fields.js";
import { assertKeysUsed, keyTable } from "./key-table.js";
import { encodeLine, FORMAT, parseLine, splitLines } from "./lines.js";
import {
  array,
  base64url,
  misshapen,
  nullable,
  type Of,
  object,
  optional,
  type Shape,
  text,
  time,
  word,
} from "./shape.js";

const origin = object({ version: text(1, 255), time: optional(time), author: optional(author) });

const sealed = { key: keyId, hash, inBlob: optional(word(true)) };

const put = object({
  op: word("put"),
  name,
  version,
  stage: optional(stage),
  type: word("text", "binary"),
  comment: optional(comment),
  expires: optional(time),
  context: optional(context),
  origin: optional(origin),
  ...sealed,
  earlier: optional(sequences(1)),
});
const remove = object({ op: word("delete"), name, version, earlier: optional(sequences(1)) });
const promote = object({ op: word("promote"), name, stage, version });
const unstage = object({ op: word("unstage"), name, stage });
const move = object({ op: word("move"), name, version });
const reseal = object({ op: word("reseal"), name, version, ...sealed });
const purge = object({ op: word("purge"), name, versions: ranges });
const forget = object({ op: word("forget"), name });

const shapes = { put, delete: remove, promote, unstage, move, reseal, purge, forget };

/** One change of a commit, as stored. docs/FORMAT.md section 7. */
export type StoredChange = { [Op in keyof typeof shapes]: Of<(typeof shapes)[Op]> }[keyof typeof shapes];
export type StoredPut = Of<typeof put>;
export type StoredReseal = Of<typeof reseal>;

const change: Shape<StoredChange> = (value, place) => {
  const op: unknown = typeof value === "object" && value !== null && "op" in value ? value.op : undefined;
  if (typeof op !== "string" || !Object.hasOwn(shapes, op)) throw misshapen(place, "is no change");
  // The line above made sure that it is one of them.
  return shapes[op as keyof typeof shapes](value, place);
};

const header = object({
  coffer: word(FORMAT),
  kind: word("commit"),
  store: nonce,
  namespace,
  epoch,
  key: keyId,
  sequence,
  ancestors: array(commitId, 0, Number.MAX_SAFE_INTEGER),
  nonce,
  time,
  author: optional(author),
  message: optional(message),
  changes: array(change, 0, MAX_CHANGES),
});

/** What stands for a value that lies in a blob. */
export const IN_BLOB = "";
const sealedText = base64url(MIN_SEALED_BYTES, MAX_SEALED_BYTES);
const storedValue: Shape<string> = (value, place) => (value === IN_BLOB ? value : sealedText(value, place));
const body = object({ keys: keyTable, values: array(nullable(storedValue), 0, MAX_CHANGES) });
const trailer = object({ mac, signatures: array(word<never>(), 0, 0) });

export type CommitHeader = Of<typeof header>;
export type CommitBody = Of<typeof body>;

/** A commit as read: `authenticated` are the bytes that `mac` covers. */
export interface CommitDocument {
  readonly id: string;
  readonly header: CommitHeader;
  readonly body: CommitBody;
  readonly mac: string;
  readonly authenticated: Uint8Array;
}

/** Reads a commit's bytes. Throws `INTEGRITY` or `UNSUPPORTED`; checks neither its MAC nor that its values are those of its changes. */
export function parseCommit(bytes: Uint8Array, place: string): CommitDocument {
  const lines = splitLines(bytes, place, MAX_COMMIT_BYTES);
  if (lines.length !== 3) throw misshapen(place, `has ${lines.length} lines`);
  const document = {
    id: commitIdOf(lines[0] ?? bytes),
    header: parseLine(lines[0], header, place),
    body: parseLine(lines[1], body, place),
    mac: parseLine(lines[2], trailer, place).mac,
    authenticated: bytes.subarray(0, bytes.byteLength - (lines[2]?.byteLength ?? 0)),
  };
  assertChanges(document.header, place);
  assertBody(document.header, document.body, place);
  return document;
}

/** The bytes of a commit, and its id. */
export function encodeCommit(
  head: CommitHeader,
  content: CommitBody,
  sign: (authenticated: Uint8Array) => string,
): { id: string; bytes: Uint8Array } {
  const first = encodeLine(head);
  const authenticated = Buffer.concat([first, encodeLine(content)]);
  const last = encodeLine({ mac: sign(authenticated), signatures: [] });
  return { id: commitIdOf(first), bytes: Buffer.concat([authenticated, last]) };
}

/** The id of the commit with this header line. */
export function commitIdOf(headerLine: Uint8Array): string {
  return `c${encodeHex(sha256(encodeUtf8("coffer commit 1\0"), headerLine))}`;
}

/** The changes that a body has a value for, in the order of its values. */
export function sealedChanges(commit: CommitHeader): (StoredPut | StoredReseal)[] {
  return commit.changes.filter((candidate) => candidate.op === "put" || candidate.op === "reseal");
}

function assertChanges(commit: CommitHeader, place: string): void {
  assertAncestors(commit.ancestors, commit.sequence, place);
  commit.changes.forEach((item, index) => {
    const where = `${place}.changes[${index}]`;
    if ((item.op === "put" || item.op === "delete") && item.earlier !== undefined) {
      assertLadder(item.earlier, item.version, where);
      if ((item.earlier[0] ?? 0) > commit.sequence) throw misshapen(where, "points into the future");
    }
  });
}

function assertBody(commit: CommitHeader, { keys, values }: CommitBody, place: string): void {
  const sealedOnes = sealedChanges(commit);
  if (values.length !== sealedOnes.length) throw misshapen(place, `has ${values.length} values`);
  const listed = new Set(keys.map(({ id }) => id));
  const kept = sealedOnes.filter(({ key }, index) => values[index] !== null || listed.has(key));
  // Which context a resealed version has stands with the version, not here.
  const used = kept.map((item) => ({ key: item.key, context: item.op === "put" ? (item.context ?? []) : undefined }));
  // What purged values were sealed under may be gone, or still be there.
  const idle = sealedOnes.filter((_, index) => values[index] === null).map(({ key }) => key);
  if (keys[0]?.id !== commit.key) throw misshapen(place, "has another epoch key than its header says");
  assertKeysUsed(keys, commit, used, place, new Set(idle));
  for (const [index, item] of sealedOnes.entries())
    assertValue(item, values[index] ?? null, `${place}.values[${index}]`);
}

function assertValue(item: StoredPut | StoredReseal, value: string | null, place: string): void {
  if (value === null) return;
  if ((value === IN_BLOB) !== (item.inBlob === true)) throw misshapen(place, "is not where its change says");
  if (value !== IN_BLOB && hashSealed(value) !== item.hash) throw misshapen(place, "has not the hash of its change");
}
