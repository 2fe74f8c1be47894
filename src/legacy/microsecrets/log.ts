import type { BucketObjects } from "../../aws/s3/bucket-objects.js";
import { compareText } from "../../core/bytes.js";
import type { Commit } from "../../core/secret-store.js";
import { timeOfUpload } from "./layout.js";
import { areaOf, findUploads } from "./namespaces.js";
import { changesBetween, commitOfFile, commitOfUpload, readStates, type State } from "./states.js";

/** The uploads of a namespace, newest first, each with what it changed. */
export async function* tellUploads(
  objects: BucketObjects,
  namespace: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Commit> {
  const area = areaOf(namespace);
  const [found] = await findUploads(objects, { namespace }, signal);
  if (area.kind === "files") yield* tellFiles(namespace, found?.ids ?? new Map());
  else yield* tellStates(objects, namespace, found?.ids.get("") ?? [], signal);
}

async function* tellStates(
  objects: BucketObjects,
  namespace: string,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Commit> {
  let later: State | null = null;
  let sequence = ids.length;
  for await (const state of readStates(objects, namespace, ids, signal)) {
    if (later !== null) yield commitOfState(namespace, state, later, sequence--);
    later = state;
  }
  if (later !== null) yield commitOfState(namespace, null, later, sequence);
}

/** The commit that made a state of the one before. */
export function commitOfState(namespace: string, before: State | null, after: State, sequence: number): Commit {
  const { id, time, author } = after;
  const changes = changesBetween(before?.environment ?? null, after);
  const parent = before === null ? null : commitOfUpload(before.id);
  return { namespace, commit: commitOfUpload(id), parent, sequence, time, author, message: null, changes };
}

function* tellFiles(namespace: string, ids: ReadonlyMap<string, readonly string[]>): Generator<Commit> {
  const all = [...ids].flatMap(([name, each]) =>
    each.map(
      (id, index) => ({ name, id, commit: commitOfFile(name, id), change: index === 0 ? "added" : "changed" }) as const,
    ),
  );
  all.sort((a, b) => compareText(`${a.id}/${a.name}`, `${b.id}/${b.name}`));
  for (let index = all.length - 1; index >= 0; index--) {
    const upload = all[index];
    if (upload === undefined) return;
    const { name, id, commit, change } = upload;
    const time = timeOfUpload(id) ?? new Date(0);
    const parent = all[index - 1]?.commit ?? null;
    const changes = [{ name, version: id, change }];
    yield { namespace, commit, parent, sequence: index + 1, time, author: null, message: null, changes };
  }
}
