import { decodeBase64url } from "../../core/bytes.js";
import type { Call } from "../../core/call.js";
import { isEqualInConstantTime } from "../../core/ciphers.js";
import { type CommitDocument, parseCommit } from "../../core/documents/commit.js";
import { ladder, nearestRung } from "../../core/ladder.js";
import { commitKey } from "../../core/layout.js";
import { authenticate } from "../../core/sealing.js";
import type { Sensitive } from "../../core/sensitive.js";
import { damaged } from "../damaged.js";
import type { FoundHead } from "../heads/found-head.js";
import type { Owner } from "../key-ring.js";
import type { VaultParts } from "../parts.js";

/** How many objects are asked for at once. */
const AT_ONCE = 16;

/** A place on the chain from which older ones can be found: a head, or a commit. */
interface Foothold {
  readonly sequence: number;
  readonly id: string;
  readonly ancestors: readonly string[];
}

/** The id of the commit at a sequence not above the head's, by hashes from the head. */
export async function ancestorAt(
  parts: VaultParts,
  head: FoundHead,
  sequence: number,
  options: Call = {},
): Promise<string> {
  let foothold = footholdOf(head);
  if (sequence > foothold.sequence) throw new TypeError("a head has no ancestors above itself");
  for (;;) {
    const rung = nearestRung(foothold.sequence, sequence);
    const id = idAt(foothold, rung);
    if (rung === sequence) return id;
    const { header } = await readCommit(parts, head.owner, rung, id, options);
    foothold = { sequence: rung, id, ancestors: header.ancestors };
  }
}

/** The commit at a sequence not above the head's. */
export async function commitAt(
  parts: VaultParts,
  head: FoundHead,
  sequence: number,
  options: Call = {},
): Promise<CommitDocument> {
  return readCommit(parts, head.owner, sequence, await ancestorAt(parts, head, sequence, options), options);
}

/** A commit, and the tag that its object had. */
export interface StoredCommit {
  readonly commit: CommitDocument;
  readonly etag: string;
}

/** Every commit from the head back to the first, newest first. */
export async function* walkChain(
  parts: VaultParts,
  head: FoundHead,
  options: Call = {},
): AsyncGenerator<CommitDocument> {
  for await (const { commit } of walkStored(parts, head, options)) yield commit;
}

/** As `walkChain`, for who may write them again. */
export async function* walkStored(
  parts: VaultParts,
  head: FoundHead,
  options: Call = {},
): AsyncGenerator<StoredCommit> {
  let next: Foothold | null = footholdOf(head);
  while (next !== null) {
    // The newest ids of a foothold follow one another without a gap: they can be read side by side.
    const from: Foothold = next;
    const near = [from.sequence, ...ladder(from.sequence)]
      .slice(0, AT_ONCE)
      .filter((rung, index) => rung === from.sequence - index);
    const commits: StoredCommit[] = await Promise.all(
      near.map((sequence) => readStored(parts, head.owner, sequence, idAt(from, sequence), options)),
    );
    yield* commits;
    next = parentOf(commits.at(-1)?.commit);
  }
}

/** Reads a commit and makes sure that it is the one. Throws `INTEGRITY`. */
export async function readCommit(
  parts: Pick<VaultParts, "objects">,
  owner: Owner,
  sequence: number,
  id: string,
  options: Call = {},
): Promise<CommitDocument> {
  return (await readStored(parts, owner, sequence, id, options)).commit;
}

/** As `readCommit`, for who may write it again. */
export async function readStored(
  parts: Pick<VaultParts, "objects">,
  owner: Owner,
  sequence: number,
  id: string,
  options: Call = {},
): Promise<StoredCommit> {
  const place = commitKey(owner.namespace, sequence, id);
  const found = await parts.objects.get(place, options);
  if (found === null) throw damaged(`${place} is missing`);
  const commit = parseCommit(found.bytes, place);
  const { header } = commit;
  if (commit.id !== id) throw damaged(`${place} is not the commit of that id`);
  if (header.store !== owner.store || header.namespace !== owner.namespace || header.sequence !== sequence) {
    throw damaged(`${place} is a commit of another place`);
  }
  return { commit, etag: found.etag };
}

/** The commit's epoch key, once its MAC was seen to hold. Throws `INTEGRITY`, or what opening the key throws. */
export async function proveCommit(
  parts: VaultParts,
  owner: Owner,
  commit: CommitDocument,
  options: Call = {},
): Promise<Sensitive> {
  const place = commitKey(owner.namespace, commit.header.sequence, commit.id);
  const [record] = commit.body.keys;
  if (record === undefined) throw new TypeError("a parsed commit has an epoch key");
  const key = await parts.ring.open(record, owner, "epoch", {}, options);
  const expected = authenticate(key, "commit", commit.authenticated);
  if (!isEqualInConstantTime(expected, decodeBase64url(commit.mac) ?? new Uint8Array(0))) {
    throw damaged(`${place} is not as it was written`);
  }
  return key;
}

function footholdOf({ document: { header } }: FoundHead): Foothold {
  return { sequence: header.sequence, id: header.commit, ancestors: header.ancestors };
}

function parentOf(commit: CommitDocument | undefined): Foothold | null {
  const parent = commit?.header.ancestors[0];
  if (commit === undefined || parent === undefined) return null;
  // What the parent itself knows comes with it; until it is read, its own id is enough.
  return { sequence: commit.header.sequence - 1, id: parent, ancestors: commit.header.ancestors.slice(1) };
}

function idAt(foothold: Foothold, sequence: number): string {
  if (sequence === foothold.sequence) return foothold.id;
  const id = foothold.ancestors[ladder(foothold.sequence).indexOf(sequence)];
  if (id === undefined) throw new TypeError(`nothing is known of sequence ${sequence} at ${foothold.sequence}`);
  return id;
}
