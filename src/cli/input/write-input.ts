import type { Context } from "../../core/context.js";
import { assertStage } from "../../core/name.js";
import type { Commit, Head, SecretStore } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import type { Task } from "../command.js";
import { count, renderJson, say, shortCommit, showNamespace } from "../output/render.js";
import { changesJson } from "../output/version-json.js";
import type { Session } from "../session.js";
import { asPool, readContext } from "./context-input.js";

/** What the WRITE flags ask for, as far as it can be known without the store. */
export interface WriteInput {
  readonly message?: string;
  readonly stage?: string;
  readonly context?: Context;
  /** As `Change` has it: null for "must not exist". */
  readonly expectVersion?: string | null;
  readonly dryRun: boolean;
}

export type CommitOptions = NonNullable<Parameters<SecretStore["commit"]>[2]>;

/** Throws `USAGE`, `INVALID`. */
export async function readWriteInput(task: Task): Promise<WriteInput> {
  const { flags } = task;
  const message = flags.text("message");
  const stage = flags.text("stage");
  if (stage !== undefined) assertStage(stage);
  const version = flags.integer("if-version", 0);
  const context = asPool(await readContext(task));
  return {
    dryRun: flags.has("dry-run"),
    ...(message === undefined ? {} : { message }),
    ...(stage === undefined ? {} : { stage }),
    ...(version === undefined ? {} : { expectVersion: version === 0 ? null : String(version) }),
    ...(Object.keys(context).length === 0 ? {} : { context }),
  };
}

/** The options of `commit`. With `--if-commit`, the head must be it: throws `CONFLICT` otherwise. */
export async function commitOptions(
  task: Task,
  session: Session,
  namespace: string,
  { message, dryRun }: WriteInput,
): Promise<CommitOptions> {
  const wanted = task.flags.text("if-commit");
  const expect = wanted === undefined ? undefined : assertHead(namespace, wanted, await findHead(session, namespace));
  return {
    ...session.call(),
    dryRun,
    ...(message === undefined ? {} : { message }),
    ...(expect === undefined ? {} : { expect }),
  };
}

/** The head that changes which were computed from it are held to, in a store that can hold them to it. */
export function expectHead({ can }: SecretStore, expect: string | null): Pick<CommitOptions, "expect"> {
  return can.compareAndSet === "namespace" ? { expect } : {};
}

/** A commit id as it is typed: its `c` may be left out, and all but 8 of its digits. Throws `USAGE`. */
export function parseCommitId(typed: string): string {
  // All 64 digits may begin with a c of their own.
  const digits = /^[0-9a-f]{64}$/.test(typed) ? typed : /^c?([0-9a-f]{8,64})$/.exec(typed)?.[1];
  if (digits !== undefined) return `c${digits}`;
  throw new CofferError("USAGE", "that is no commit id", {
    hint: "at least 8 hexadecimal digits of it; `coffer log` shows them",
  });
}

/** The full id of the head, if it begins with what was typed. Throws `USAGE` for what is no commit id, `CONFLICT` for another head. */
export function assertHead(namespace: string, typed: string, head: Head | null): string {
  const wanted = parseCommitId(typed);
  if (head?.commit.startsWith(wanted) === true) return head.commit;
  const found = head === null ? "nothing was ever written to it" : `it is ${shortCommit(head.commit)}`;
  throw new CofferError("CONFLICT", `the head of ${showNamespace(namespace)} is not ${shortCommit(wanted)}: ${found}`, {
    hint: `see what has changed: coffer log ${showNamespace(namespace)}`,
  });
}

/** The head of a namespace, or null where nothing was ever written to it. */
export async function findHead({ store, call }: Session, namespace: string): Promise<Head | null> {
  const head = await store.head(namespace, call());
  return head === "unchanged" ? null : head;
}

/** What a write has done, as JSON on stdout or in a line on stderr. */
export async function reportCommit(
  task: Task,
  commit: Commit,
  options: { dryRun: boolean; line: string },
): Promise<void> {
  const { dryRun, line } = options;
  if (task.flags.has("json")) {
    const { namespace, sequence } = commit;
    const document = {
      commit: dryRun || commit.commit === "" ? null : commit.commit,
      namespace,
      sequence,
      changed: changesJson(commit.changes),
      dryRun,
    };
    await task.world.stdout.write(renderJson(document));
    return;
  }
  const made = commit.commit === "" ? "" : ` (commit ${shortCommit(commit.commit)})`;
  await say(task, dryRun ? `would do, and has not: ${line}` : `${line}${made}`);
}

/** The same where there was nothing to do: no commit is made. */
export async function reportNothing(
  task: Task,
  session: Session,
  namespace: string,
  options: { dryRun: boolean; line: string },
): Promise<void> {
  if (task.flags.has("json")) {
    const { commit, sequence } = (await findHead(session, namespace)) ?? { commit: null, sequence: 0 };
    await task.world.stdout.write(renderJson({ commit, namespace, sequence, changed: [], dryRun: options.dryRun }));
    return;
  }
  await say(task, options.line);
}

/** "2 added, 1 changed". */
export function summarize(commit: Commit): string {
  const kinds = ["added", "changed", "deleted"] as const;
  const counts = kinds.map((kind) => ({ kind, number: commit.changes.filter(({ change }) => change === kind).length }));
  return (
    counts
      .filter(({ number }) => number > 0)
      .map(({ kind, number }) => `${number} ${kind}`)
      .join(", ") || count(0, "change")
  );
}
