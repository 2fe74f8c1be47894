import { isEqualBytes } from "../../core/bytes.js";
import type { Difference, Named } from "../../core/compare-secrets.js";
import { type Conflict, mergeSecrets } from "../../core/merge-secrets.js";
import type { Commit, Secret } from "../../core/secret-store.js";
import type { Sensitive } from "../../core/sensitive.js";
import { type EditFormat, type EditText, openEditText, withStatus } from "../../env/edit-text.js";
import { CofferError, isCofferError } from "../../errors.js";
import { WRITE_OPTIONS } from "../arguments/options.js";
import { resolveNamespace } from "../arguments/path.js";
import type { Command, Task } from "../command.js";
import { editFile } from "../editing/edit-file.js";
import { type EditState, findDifferences, readState, toChanges } from "../editing/edit-state.js";
import { type Stopping, takeSignals } from "../editing/stopping.js";
import { confirm } from "../input/confirm.js";
import {
  commitOptions,
  readWriteInput,
  reportCommit,
  reportNothing,
  summarize,
  type WriteInput,
} from "../input/write-input.js";
import { renderName } from "../output/differences.js";
import { say, showNamespace } from "../output/render.js";
import { type Session, withStore } from "../session.js";

/** `coffer edit NS/` */
export const edit: Command = {
  arguments: [{ name: "NS/", help: "the namespace" }],
  options: ["format", ...WRITE_OPTIONS],
  meanings: {
    format: "dotenv (default) or yaml",
    context: "a context pair; secrets whose context is not given are left as they are",
  },
  notes: [
    "Opens the secrets of a namespace in $VISUAL or $EDITOR (else vi). A line that is changed, added or removed is a secret that is; comments, dates and contexts stay. What changes is shown by name, and you are asked; it is one commit, and none where nothing has changed. What the text cannot hold, such as bytes, is named in a comment and left as it is.",
    "Where somebody else changes the namespace meanwhile, both changes count; what both have changed comes back into the editor.",
    "The file lies in memory ($XDG_RUNTIME_DIR, else /dev/shm) in a folder that only you can look into, and is gone when the editor ends. vim, nano and emacs are told to keep no swap, backup or undo files; another editor may keep copies of its own.",
  ],
  examples: [
    ["coffer edit prod/billing/", "in the form of a dotenv file"],
    ["EDITOR='code --wait' coffer edit prod/billing/ --format yaml -m 'new keys'", "another editor, another format"],
  ],
  exits: [
    [1, "the editor failed, or the text was left as it was although it is wrong; nothing is stored"],
    [4, "what others have changed as well was left as it was"],
  ],
  json: ["commit", "namespace", "sequence", "changed", "dryRun"],
  run: async (around) => {
    const namespace = resolveNamespace(around.arguments[0] ?? "");
    const input = await readWriteInput(around);
    if (input.expectVersion !== undefined)
      throw new CofferError("USAGE", "--if-version is for one secret", { hint: "--if-commit is for all of them" });
    const format = readFormat(around);
    assertTerminal(around);
    const stopping = takeSignals(around.world);
    const task = { ...around, world: stopping.world };
    try {
      const text = await openEditText(format);
      await withStore(task, (session) => editNamespace({ task, session, namespace, input, format, text, stopping }), {
        writes: true,
      });
    } finally {
      stopping.release();
    }
    return 0;
  },
};

interface Editing {
  readonly task: Task;
  readonly session: Session;
  readonly namespace: string;
  readonly input: WriteInput;
  readonly format: EditFormat;
  readonly text: EditText;
  readonly stopping: Stopping;
}

/** What is in the editor: the text, what it is compared with, and why it is there again. */
interface Round {
  readonly state: EditState;
  readonly text: Sensitive;
  readonly reason: CofferError | null;
}

function readFormat({ flags }: Task): EditFormat {
  const format = flags.text("format") ?? "dotenv";
  if (format === "dotenv" || format === "yaml") return format;
  throw new CofferError("USAGE", "--format of edit is dotenv or yaml");
}

function assertTerminal({ world, flags }: Task): void {
  if (world.stdin.kind === "terminal" && world.stderr.isTerminal && !flags.has("no-input")) return;
  throw new CofferError("USAGE", "edit needs a terminal", { hint: "`coffer import` takes a file" });
}

/** What is edited takes minutes, and must not go over what somebody else has written meanwhile. */
function assertHolds({ store }: Session): void {
  if (store.can.compareAndSet === "namespace") return;
  throw new CofferError(
    "UNSUPPORTED",
    `${store.url} cannot hold a change to what it was made from, so nothing is edited`,
    {
      hint: "change one secret at a time with `coffer put`",
    },
  );
}

async function editNamespace(editing: Editing): Promise<void> {
  const { task, session, namespace, input, text, stopping } = editing;
  assertHolds(session);
  const { expect } = await commitOptions(task, session, namespace, input);
  const name = editing.format === "yaml" ? "secrets.yaml" : "secrets.env";
  let round: Round | null = firstRound(editing, await readState(session, namespace, { text, input }));
  while (round !== null) {
    const { state, reason }: Round = round;
    const edited = await editFile(task, { text: round.text, name, stopping });
    // Who leaves it as it is has given up.
    if (reason !== null && isEqualBytes(edited.reveal(), round.text.reveal())) throw reason;
    round = await take(editing, state, edited, expect);
  }
}

function firstRound({ namespace, text }: Editing, state: EditState): Round {
  const status = [
    `The secrets of ${showNamespace(namespace)} Save to change them; leave them as they are to change nothing.`,
  ];
  const { shown: entries, leftOut } = state;
  return { state, text: text.write({ status, entries, leftOut, comments: new Map() }), reason: null };
}

/** Stores what was edited; or says what has to be looked at again. */
async function take(
  editing: Editing,
  state: EditState,
  edited: Sensitive,
  expect: CommitOptions["expect"],
): Promise<Round | null> {
  let differences: Difference<Secret, Named>[];
  let wanted: readonly Named[];
  try {
    wanted = await editing.text.parse(edited.reveal());
    differences = findDifferences(state, wanted);
    toChanges(differences, editing.input);
  } catch (error) {
    if (!isCofferError(error, "INVALID") && !isCofferError(error, "USAGE")) throw error;
    return { state, text: withStatus(edited.reveal(), [`error: ${error.message}`]), reason: error };
  }
  return store(editing, { state, wanted, differences }, expect);
}

type CommitOptions = Awaited<ReturnType<typeof commitOptions>>;

interface Wanted {
  readonly state: EditState;
  readonly wanted: readonly Named[];
  readonly differences: readonly Difference<Secret, Named>[];
}

async function store(editing: Editing, edited: Wanted, expect: CommitOptions["expect"]): Promise<Round | null> {
  const { task, session, namespace, input, text } = editing;
  let { state, wanted, differences } = edited;
  for (let agreed = ""; ; ) {
    if (differences.length === 0) {
      await reportNothing(task, session, namespace, { dryRun: input.dryRun, line: "nothing was changed" });
      return null;
    }
    agreed = await agree(editing, differences, agreed);
    try {
      const commit = await send(editing, differences, state.head);
      await reportCommit(task, commit, { dryRun: input.dryRun, line: summarize(commit) });
      return null;
    } catch (error) {
      if (expect !== undefined || !isCofferError(error, "CONFLICT")) throw error;
    }
    const theirs = await readState(session, namespace, { text, input });
    const merged = mergeSecrets(state.shown, wanted, theirs.shown);
    if (merged.conflicts.length > 0) return conflictRound(editing, theirs, merged);
    await say(task, `somebody else changed ${showNamespace(namespace)} meanwhile; both changes count`);
    [state, wanted, differences] = [theirs, merged.items, findDifferences(theirs, merged.items)];
  }
}

async function send(
  { session, namespace, input }: Editing,
  differences: Wanted["differences"],
  head: string | null,
): Promise<Commit> {
  const { message, dryRun } = input;
  return session.store.commit(namespace, toChanges(differences, input), {
    ...session.call(),
    ...(message === undefined ? {} : { message }),
    dryRun,
    expect: head,
  });
}

async function agree(
  { task, namespace, input }: Editing,
  differences: Wanted["differences"],
  agreed: string,
): Promise<string> {
  const preview = differences.map((each) => `  ${renderName(each)}`).join("");
  if (preview === agreed) return preview;
  await task.world.stderr.write(`coffer: changes in ${showNamespace(namespace)}\n${preview}`);
  if (!input.dryRun) await confirm(task, "make them?");
  return preview;
}

/** Ours in the text, theirs as a comment above; it counts once it was changed. */
function conflictRound(
  { namespace, text }: Editing,
  state: EditState,
  { items, conflicts }: { readonly items: readonly Named[]; readonly conflicts: readonly Conflict[] },
): Round {
  const names = conflicts.map(({ name }) => name).join(", ");
  const shown = showNamespace(namespace);
  const status = [
    `conflict: somebody else changed ${shown} meanwhile as well: ${names}`,
    "Their values stand in comments. Keep what is right, and take the comments away.",
  ];
  const comments = new Map(conflicts.map((conflict) => [conflict.name, commentOf(conflict, text)]));
  const reason = new CofferError("CONFLICT", `somebody else changed ${shown} meanwhile as well: ${names}`, {
    hint: "nothing was changed; look at it, then edit it again",
  });
  return { state, text: text.write({ status, entries: items, leftOut: state.leftOut, comments }), reason };
}

function commentOf({ name, ours, theirs }: Conflict, { encode }: EditText): string[] {
  const value = theirs === null ? null : (encode(theirs) ?? "").trimEnd();
  const lines = value === null ? [`theirs: ${name} was deleted`] : value.split("\n").map((line) => `theirs: ${line}`);
  return ours === null ? [...lines, `yours: ${name} was deleted`] : lines;
}
