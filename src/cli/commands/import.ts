import { isEqualBytes } from "../../core/bytes.js";
import type { Change, Head, Secret, SecretInfo, Seen } from "../../core/secret-store.js";
import type { EnvEntry } from "../../env/entry.js";
import { CofferError, isCofferError } from "../../errors.js";
import { WRITE_OPTIONS } from "../arguments/options.js";
import { resolveNamespace } from "../arguments/path.js";
import type { Command, Task } from "../command.js";
import { readEntries } from "../input/import-input.js";
import { typeOfValue } from "../input/value-input.js";
import {
  commitOptions,
  expectHead,
  findHead,
  readWriteInput,
  reportCommit,
  reportNothing,
  summarize,
  type WriteInput,
} from "../input/write-input.js";
import { renderChangedNames } from "../output/changed-names.js";
import { showNamespace } from "../output/render.js";
import { type Session, withStore } from "../session.js";

// Changes are computed from what was read; if somebody else was faster they are computed again.
const ATTEMPTS = 5;

/** `coffer import NS/ [FILE|-]` */
export const importFile: Command = {
  arguments: [
    { name: "NS/", help: "the namespace" },
    { name: "FILE", help: "the file; - or nothing is stdin", optional: true },
  ],
  options: ["from", "prune", ...WRITE_OPTIONS],
  notes: [
    "All in one commit, or nothing. What is there already with the same value is not written again. On a terminal the names that will change are shown first, and you are asked.",
    "The format is told from the file's name, or given by --from. docs/EXPORTS.md lists the formats, and what of each is read.",
  ],
  examples: [
    ["coffer import prod/billing/ .env", "stores its variables"],
    ["kubectl get secret billing -o yaml | coffer import prod/billing/ --from k8s", "takes them out of a cluster"],
    [
      "coffer import prod/billing/ .env --prune --dry-run",
      "shows what would be stored, and deleted because the file lacks it",
    ],
  ],
  exits: [
    [1, "the file is not what it should be; nothing is stored"],
    [4, "the head is not what --if-commit says"],
  ],
  json: ["commit", "namespace", "sequence", "changed", "dryRun"],
  run: async (task) => {
    const namespace = resolveNamespace(task.arguments[0] ?? "");
    const input = await readWriteInput(task);
    if (input.expectVersion !== undefined)
      throw new CofferError("USAGE", "--if-version is for one secret", { hint: "--if-commit is for all of them" });
    const prune = task.flags.has("prune");
    if (prune && input.stage !== undefined) throw new CofferError("USAGE", "--prune and --stage exclude each other");
    await withStore(
      task,
      async (session) => {
        const entries = await readEntries(task, task.arguments[1]);
        if (prune && entries.length === 0) throw nothingLeft();
        await write(task, session, { namespace, entries, input, prune });
      },
      { writes: true },
    );
    return 0;
  },
};

interface Import {
  readonly namespace: string;
  readonly entries: readonly EnvEntry[];
  readonly input: WriteInput;
  readonly prune: boolean;
}

/** What was read before. */
interface Held {
  readonly there: ReadonlyMap<string, SecretInfo>;
  readonly seen: Seen;
}

function nothingLeft(): CofferError {
  return new CofferError("INVALID", "there are no variables in it, so --prune would delete all secrets", {
    hint: "if that is what you want, name them to `coffer delete`",
  });
}

async function write(task: Task, session: Session, wanted: Import): Promise<void> {
  const { namespace, input } = wanted;
  const options = await commitOptions(task, session, namespace, input);
  let agreed: string | null = null;
  for (let attempt = 1; ; attempt++) {
    const head = await findHead(session, namespace);
    const { changes, there } = await computeChanges(session, wanted, head);
    if (changes.length === 0)
      return reportNothing(task, session, namespace, {
        dryRun: input.dryRun,
        line: "nothing to do: all of it is there",
      });
    agreed = await agree(task, wanted, { preview: renderChangedNames(changes, new Set(there.keys())), agreed });
    try {
      const held = expectHead(session.store, options.expect ?? head?.commit ?? null);
      const commit = await session.store.commit(namespace, changes, { ...options, ...session.call(), ...held });
      return await reportCommit(task, commit, { dryRun: input.dryRun, line: summarize(commit) });
    } catch (error) {
      if (attempt === ATTEMPTS || options.expect !== undefined || !isCofferError(error, "CONFLICT")) throw error;
    }
  }
}

/** Shows a person what will change, by name, and asks. Where somebody else was faster and that is something else by now, again. */
async function agree(
  task: Task,
  { namespace, input }: Import,
  { preview, agreed }: { preview: string; agreed: string | null },
): Promise<string> {
  const { flags, world } = task;
  if (preview === agreed || !world.stderr.isTerminal || flags.has("quiet")) return preview;
  await world.stderr.write(`coffer: changes in ${showNamespace(namespace)}\n${preview}`);
  if (!input.dryRun) await (await import("../input/confirm.js")).confirm(task, "make them?");
  return preview;
}

async function computeChanges(
  session: Session,
  { namespace, entries, input, prune }: Import,
  head: Head | null,
): Promise<{ changes: Change[]; there: ReadonlyMap<string, SecretInfo> }> {
  const seen = head === null ? {} : { seen: head };
  const there = new Map<string, SecretInfo>();
  // Where nothing was ever written nothing is there; a store that keeps no commits has no heads, and is asked.
  if (head !== null || !session.store.can.log) {
    for await (const info of session.store.list({ namespace }, { ...session.call(), ...seen }))
      there.set(info.name, info);
  }
  const same =
    input.context === undefined && input.stage === undefined
      ? await findSame(session, { namespace, entries, there, seen })
      : new Set<string>();
  const puts = entries.filter(({ name }) => !same.has(name)).map((entry) => toPut(entry, input));
  if (!prune) return { changes: puts, there };
  const kept = new Set(entries.map(({ name }) => name));
  const deletes = [...there.keys()].filter((name) => !kept.has(name)).map((name): Change => ({ op: "delete", name }));
  return { changes: [...puts, ...deletes], there };
}

function toPut({ name, value }: EnvEntry, { stage, context }: WriteInput): Change {
  return {
    op: "put",
    name,
    value,
    type: typeOfValue(value, { binary: false }),
    ...(stage === undefined ? {} : { stage }),
    ...(context === undefined ? {} : { context }),
  };
}

/** The names whose value is there already. What is sealed with a context is not looked into: its pairs would have to be given. */
async function findSame(
  session: Session,
  { namespace, entries, there, seen }: Pick<Import, "namespace" | "entries"> & Held,
): Promise<Set<string>> {
  const only = entries.map(({ name }) => name).filter((name) => there.get(name)?.context.length === 0);
  if (only.length === 0) return new Set();
  const { secrets } = await session.store.readAll({ namespace }, { ...session.call(), ...seen, only });
  const current = new Map(secrets.map((secret): [string, Secret] => [secret.name, secret]));
  const isSame = ({ name, value }: EnvEntry): boolean => {
    const secret = current.get(name);
    return (
      secret !== undefined &&
      secret.type === typeOfValue(value, { binary: false }) &&
      isEqualBytes(secret.value.reveal(), value.reveal())
    );
  };
  return new Set(entries.filter(isSame).map(({ name }) => name));
}
