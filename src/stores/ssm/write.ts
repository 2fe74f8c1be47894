import { assertName, assertNamespace, assertStage, joinPath, quote } from "../../core/name.js";
import type { Change, ChangedName, Commit, SecretStore } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { PartialCommit } from "../partial-commit.js";
import { assertDescription, assertValue, assertWritable } from "./limits.js";
import { putOne } from "./put.js";
import { describeThere, notThere, rehearse } from "./rehearse.js";
import type { Shelf } from "./shelf.js";

type Options = NonNullable<Parameters<SecretStore["commit"]>[2]>;

/**
 * Makes the changes one by one, in order. All of them are looked at before the first: names, sizes, what Parameter Store cannot keep, and whether what is to be
 * deleted is there. Throws `PARTIAL` where one fails after others were made, `CONFLICT` where an expectation fails (see `putOne`).
 */
export async function writeChanges(
  shelf: Shelf,
  namespace: string,
  changes: readonly Change[],
  { signal, expect, message, dryRun = false }: Options = {},
): Promise<Commit> {
  signal?.throwIfAborted();
  assertNamespace(namespace);
  if (changes.length === 0) throw new CofferError("USAGE", "a commit without changes");
  if (expect !== undefined) throw cannot("hold the state of a namespace to what was expected");
  if (message !== undefined) throw cannot("keep a message");
  for (const change of changes) assertPossible(shelf, namespace, change);
  const there = await describeThere(shelf, namespace, changes, { all: dryRun }, signal);
  const rehearsed = rehearse(namespace, changes, there);
  const done = dryRun ? rehearsed : await makeAll(shelf, namespace, changes, rehearsed, signal);
  return {
    namespace,
    commit: "",
    parent: null,
    sequence: 0,
    time: shelf.now(),
    author: null,
    message: null,
    changes: done,
  };
}

function assertPossible({ place, tier }: Shelf, namespace: string, change: Change): void {
  if (change.op === "promote") throw stagesAreLabels();
  const path = joinPath(namespace, change.name);
  assertName(change.name);
  if (change.op === "delete") return;
  if (change.stage !== undefined) {
    assertStage(change.stage);
    throw stagesAreLabels();
  }
  if (change.version !== undefined) throw cannot("choose a version's number");
  if (Object.keys(change.context ?? {}).length > 0) throw cannot("bind a value to a context");
  if (change.expires !== undefined) throw cannot("keep an expiry");
  if (change.ownKey === true) throw cannot("give a secret a data key of its own, for each has one");
  assertWritable(place.nameOf({ namespace, name: change.name }));
  assertValue(change.value, quote(path), tier);
  if (change.comment !== undefined) assertDescription(change.comment, quote(path));
}

async function makeAll(
  shelf: Shelf,
  namespace: string,
  changes: readonly Change[],
  rehearsed: readonly ChangedName[],
  signal: AbortSignal | undefined,
): Promise<ChangedName[]> {
  const done: ChangedName[] = [];
  for (const [index, change] of changes.entries()) {
    try {
      signal?.throwIfAborted();
      done.push(await makeOne(shelf, namespace, change, rehearsed[index], signal));
    } catch (error) {
      if (index === 0) throw error;
      throw new PartialCommit(namespace, { done, failed: change.name, rest: changes.slice(index + 1), cause: error });
    }
  }
  return done;
}

async function makeOne(
  shelf: Shelf,
  namespace: string,
  change: Change,
  rehearsed: ChangedName | undefined,
  signal: AbortSignal | undefined,
): Promise<ChangedName> {
  const { name } = change;
  if (change.op === "put") {
    const version = await putOne(shelf, namespace, change, signal);
    return { name, version: String(version), change: version === 1 ? "added" : "changed" };
  }
  if (!(await shelf.ssm.delete(shelf.place.nameOf({ namespace, name }), signal))) throw notThere(namespace, name);
  return { name, version: rehearsed?.version ?? "", change: "deleted" };
}

function cannot(what: string): CofferError {
  return new CofferError("UNSUPPORTED", `Parameter Store cannot ${what}`);
}

function stagesAreLabels(): CofferError {
  return new CofferError("UNSUPPORTED", "Parameter Store cannot stage: what is written is current at once", {
    hint: "labels that versions have are read with --stage; AWS sets them (aws ssm label-parameter-version)",
  });
}
