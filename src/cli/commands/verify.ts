import { CofferError } from "../../errors.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import type { NamespaceReport } from "../../vault/verifying/contract.js";
import { resolveNamespace } from "../arguments/path.js";
import type { Command, Task } from "../command.js";
import { count, printable, renderJson, shortCommit, showNamespace } from "../output/render.js";
import { assertStoreExists, asVault, type Session, withStore } from "../session.js";

/** `coffer verify [NS/…|--all]` */
export const verify: Command = {
  arguments: [
    { name: "NS/", help: "the namespaces; without them the default one, or all", optional: true, repeats: true },
  ],
  options: ["all", "no-key"],
  notes: [
    "Walks every commit from the head back to the first and replays them: what is there must be what they made. Exit 6 where it is not.",
  ],
  examples: [
    ["coffer verify", "everything"],
    ["coffer verify prod/ --no-key", "the chain of hashes of one namespace; needs no key"],
  ],
  exits: [
    [3, "nothing was ever written there"],
    [6, "something is not as it was written"],
  ],
  json: ["ok", "namespaces"],
  run: async (task) => {
    const namespaces = chooseNamespaces(task);
    const noKey = task.flags.has("no-key");
    const reports = await withStore(task, (session) => collect(task, session, namespaces, noKey), {
      key: noKey ? "unused" : "needed",
    });
    const damaged = reports.filter(({ problems }) => problems.length > 0);
    const document = { ok: damaged.length === 0, namespaces: reports };
    await task.world.stdout.write(task.flags.has("json") ? renderJson(document) : reports.map(paragraph).join(""));
    if (damaged.length > 0) throw damaged.every(isNothing) ? nothingThere(damaged) : notAsWritten(damaged);
    return 0;
  },
};

/** True for a namespace that was asked for and is not there: a mistake of who asked, most likely. */
function isNothing({ head, commits, problems }: NamespaceReport): boolean {
  return head === null && commits === 0 && problems.every(({ code }) => code === "NOT_FOUND");
}

function nothingThere(reports: readonly NamespaceReport[]): CofferError {
  return new CofferError("NOT_FOUND", `nothing was ever written to ${names(reports)}`, {
    hint: "see what there is with `coffer list`",
  });
}

function notAsWritten(reports: readonly NamespaceReport[]): CofferError {
  return new CofferError("INTEGRITY", `${names(reports)}: not as it was written`, {
    hint: "restore the objects that are named from a backup, or the whole store to one moment",
  });
}

function names(reports: readonly NamespaceReport[]): string {
  return reports.map(({ namespace }) => showNamespace(namespace)).join(", ");
}

/** Null means all. */
function chooseNamespaces(task: Task): readonly string[] | null {
  const typed = task.arguments.map(resolveNamespace);
  if (task.flags.has("all")) {
    if (typed.length > 0) throw new CofferError("USAGE", "--all and namespaces exclude each other");
    return null;
  }
  const defaultNamespace = findDefaultNamespace(task);
  if (typed.length > 0) return typed;
  return defaultNamespace === null ? null : [defaultNamespace];
}

async function collect(
  task: Task,
  session: Session,
  namespaces: readonly string[] | null,
  noKey: boolean,
): Promise<NamespaceReport[]> {
  const vault = asVault(session.store, "verify");
  // Not `session.call()`: a whole store may take longer than any one answer of it.
  const options = { signal: task.world.signal, noKey, ...(namespaces === null ? {} : { namespaces }) };
  const reports: NamespaceReport[] = [];
  for await (const { namespace, commits, head, problems } of vault.verify(options)) {
    reports.push({
      namespace,
      commits,
      head,
      problems: problems.map(({ object, code, message }) => ({ object, code, message })),
    });
  }
  if (reports.length === 0) await assertStoreExists(task, vault, session.call());
  return reports;
}

function paragraph({ namespace, commits, head, problems }: NamespaceReport): string {
  const state = problems.length === 0 ? "ok" : "damaged";
  const at = head === null ? "no head" : `head ${shortCommit(head)}`;
  const lines = problems.map(
    ({ object, code, message }) => `    ${printable(object)}: ${code}: ${printable(message)}\n`,
  );
  return `${state}  ${showNamespace(namespace)}  ${count(commits, "commit")}, ${at}\n${lines.join("")}`;
}
