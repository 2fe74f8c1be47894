import { joinPath, quote } from "../../core/name.js";
import type { ChangedName, Commit } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { assertExpected, type PlainChange } from "./changes.js";
import { assertHead, type CommitOptions, type Writer } from "./committing.js";
import { type Area, findUploads, placeOf } from "./namespaces.js";
import { headOf } from "./reading.js";
import { commitOfFile } from "./states.js";
import { findKmsKey, putUpload } from "./uploads.js";

/** Uploads files one after the other. Throws `PARTIAL` where one fails after others, naming which are done; expectations are looked at before, and held by nothing. */
export async function commitFiles(
  writer: Writer,
  namespace: string,
  area: Area,
  changes: readonly PlainChange[],
  { expect, dryRun, signal }: CommitOptions,
): Promise<Commit> {
  const [found] = await findUploads(writer.objects, { namespace }, signal);
  const head = found === undefined ? null : headOf(found);
  assertHead(namespace, head?.commit ?? null, expect);
  const newest = new Map(Array.from(found?.ids ?? [], ([name, ids]) => [name, ids.at(-1) ?? ""]));
  for (const { name, expect: version } of changes) {
    if (version !== undefined) assertExpected(name, version, newest.get(name) ?? null);
  }
  const now = writer.now();
  const kmsKey = dryRun === true ? "" : await findKmsKey(writer.keys, area.service, writer.kmsKey, signal);
  const made: ChangedName[] = [];
  for (const change of changes) {
    if (change.op !== "put") continue;
    const { name } = change;
    const before = newest.get(name) ?? null;
    const upload = { place: placeOf(area, name), body: change.value.reveal(), now, newest: before, kmsKey };
    const id = dryRun === true ? "" : await putOrTell(() => putUpload(writer.objects, upload, signal), namespace, made);
    newest.set(name, id);
    made.push({ name, version: id, change: before === null ? "added" : "changed" });
  }
  const last = made.at(-1);
  return {
    namespace,
    commit: last === undefined ? "" : commitOfFile(last.name, last.version),
    parent: head?.commit ?? null,
    sequence: (head?.sequence ?? 0) + made.length,
    time: now,
    author: null,
    message: null,
    changes: made,
  };
}

async function putOrTell(put: () => Promise<string>, namespace: string, made: readonly ChangedName[]): Promise<string> {
  try {
    return await put();
  } catch (error) {
    if (made.length === 0) throw error;
    const done = made.map(({ name }) => quote(joinPath(namespace, name))).join(", ");
    throw new CofferError("PARTIAL", `these files were uploaded, and the others not: ${done}`, {
      hint: "do the rest again",
      cause: error,
    });
  }
}
