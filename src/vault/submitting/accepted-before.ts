import type { Call } from "../../core/call.js";
import type { CommitHeader, StoredChange } from "../../core/documents/commit.js";
import { originOf } from "../../core/documents/submission.js";
import { ladder } from "../../core/ladder.js";
import { quote } from "../../core/name.js";
import { damaged } from "../damaged.js";
import type { VerifiedHead } from "../heads/found-head.js";
import { commitAt, walkChain } from "../history/chain.js";
import type { VaultParts } from "../parts.js";

/** How many commits are asked for at once. */
const AT_ONCE = 16;

/** A submission, as far as its acceptance can be found by it. */
export interface Traceable {
  readonly id: string;
  readonly names: readonly string[];
}

type Origins = ReadonlySet<string>;

/**
 * The ids of those that a commit of the head's chain has accepted: docs/FORMAT.md section 21. By hashes from the head, which is proven; so no copy that is put back into the
 * inbox counts again. Reads the commits that made one of the names; all there are only where that name may have been forgotten since.
 */
export async function findAccepted(
  parts: VaultParts,
  head: VerifiedHead,
  submissions: readonly Traceable[],
  options: Call = {},
): Promise<Set<string>> {
  const walk = new OriginWalk(parts, head, options);
  const accepted = new Set<string>();
  for (const { id, names } of submissions) {
    if ((await walk.originsOfOne(names)).has(originOf(id))) accepted.add(id);
  }
  return accepted;
}

/** The origins of what a chain has put, each commit and each name looked at once. */
class OriginWalk {
  readonly #parts: VaultParts;
  readonly #head: VerifiedHead;
  readonly #options: Call;
  readonly #headers = new Map<number, Promise<CommitHeader>>();
  readonly #byName = new Map<string, Promise<Origins | null>>();
  #all: Promise<Origins> | undefined;

  constructor(parts: VaultParts, head: VerifiedHead, options: Call) {
    this.#parts = parts;
    this.#head = head;
    this.#options = options;
  }

  /** A superset of the origins that all of these names share. */
  async originsOfOne(names: readonly string[]): Promise<Origins> {
    const { entries, header } = this.#head.document;
    if (header.floor === undefined && names.some((name) => !entries.has(name))) return new Set();
    const [shortest] = names
      .flatMap((name) => entries.get(name) ?? [])
      .sort((a, b) => a.top - b.top)
      .map(({ name }) => name);
    return (shortest === undefined ? null : await this.#ofName(shortest)) ?? this.#ofAll();
  }

  #ofName(name: string): Promise<Origins | null> {
    const walked = this.#byName.get(name) ?? this.#walkName(name);
    this.#byName.set(name, walked);
    return walked;
  }

  /** Null where the name had a beginning before the one that is known. */
  async #walkName(name: string): Promise<Origins | null> {
    const entry = this.#head.document.entries.get(name);
    const origins = new Set<string>();
    let rungs = entry === undefined ? [] : [entry.top, ...ladder(entry.top)];
    let made: readonly number[] = entry?.made ?? [];
    for (;;) {
      // The newest of them follow one another without a gap, and the last of these knows the next.
      const near = rungs.slice(0, made.length).filter((rung, index) => rung === (rungs[0] ?? 0) - index);
      let last: StoredChange | undefined;
      for (const [index, version] of near.entries()) {
        if (index % AT_ONCE === 0) await this.#readAll(made.slice(index, index + AT_ONCE));
        last = findMaking(await this.#read(made[index] ?? 0), name, version);
        addOrigin(origins, last);
      }
      if (near.at(-1) === 1) return origins;
      rungs = ladder(near.at(-1) ?? 1);
      made = (last !== undefined && "earlier" in last ? last.earlier : undefined) ?? [];
      if (made.length === 0) return null;
    }
  }

  #ofAll(): Promise<Origins> {
    this.#all ??= this.#walkAll();
    return this.#all;
  }

  async #walkAll(): Promise<Origins> {
    const origins = new Set<string>();
    for await (const { header } of walkChain(this.#parts, this.#head, this.#options)) {
      for (const change of header.changes) addOrigin(origins, change);
    }
    return origins;
  }

  async #readAll(sequences: readonly number[]): Promise<void> {
    await Promise.all(sequences.map((sequence) => this.#read(sequence)));
  }

  /** What is kept of a commit is its header: the values can be large. */
  #read(sequence: number): Promise<CommitHeader> {
    const read =
      this.#headers.get(sequence) ??
      commitAt(this.#parts, this.#head, sequence, this.#options).then(({ header }) => header);
    this.#headers.set(sequence, read);
    return read;
  }
}

function addOrigin(origins: Set<string>, change: StoredChange): void {
  if (change.op === "put" && change.origin !== undefined) origins.add(change.origin.version);
}

function findMaking({ sequence, changes }: CommitHeader, name: string, version: number): StoredChange {
  const found = changes.find(
    (change) => (change.op === "put" || change.op === "delete") && change.name === name && change.version === version,
  );
  if (found === undefined)
    throw damaged(`commit ${sequence} does not make version ${version} of ${quote(name)}, as the head says`);
  return found;
}
