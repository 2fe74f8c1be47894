import { joinPath } from "../../core/name.js";
import type { Change } from "../../core/secret-store.js";
import { CofferError, isCofferError } from "../../errors.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import { WRITE_OPTIONS } from "../arguments/options.js";
import { resolvePath } from "../arguments/path.js";
import type { Command, Task } from "../command.js";
import { commitOptions, readWriteInput, reportCommit, reportNothing, type WriteInput } from "../input/write-input.js";
import { count } from "../output/render.js";
import { type Session, withStore } from "../session.js";

// Between looking and deleting somebody else may delete the same: then it is looked again.
const ATTEMPTS = 4;

/** `coffer delete PATH…` */
export const deleteSecrets: Command = {
  arguments: [{ name: "PATH", help: "the secrets, all of one namespace", repeats: true }],
  options: ["missing-ok", ...WRITE_OPTIONS],
  notes: ["In one commit, or not at all. Earlier versions stay readable with `get --version` and `--at`."],
  examples: [
    ["coffer delete prod/billing/OLD_URL -m 'moved'", "deletes one"],
    [
      "coffer delete prod/billing/OLD_URL prod/billing/LEGACY_KEY --missing-ok",
      "two at once, as far as they are there",
    ],
  ],
  exits: [[3, "one of them is not there, and none is deleted"]],
  json: ["commit", "namespace", "sequence", "changed", "dryRun"],
  run: async (task) => {
    const { namespace, names } = parsePaths(task);
    const input = await readWriteInput(task);
    if (input.stage !== undefined || input.context !== undefined) {
      throw new CofferError("USAGE", "delete takes no --stage and no context: it deletes what is current");
    }
    if (input.expectVersion === null || (input.expectVersion !== undefined && names.length > 1)) {
      throw new CofferError("USAGE", "--if-version of a delete is the version of one secret, from 1 on");
    }
    await withStore(task, (session) => remove(task, session, namespace, names, input), { writes: true });
    return 0;
  },
};

function parsePaths(task: Task): { namespace: string; names: readonly string[] } {
  const paths = task.arguments.map((typed) => resolvePath(typed, findDefaultNamespace(task) ?? ""));
  const namespaces = new Set(paths.map(({ namespace }) => namespace));
  const [namespace = ""] = namespaces;
  if (namespaces.size > 1) {
    throw new CofferError("USAGE", "the secrets are of several namespaces, which cannot change in one commit", {
      hint: "delete those of each namespace on their own",
    });
  }
  return { namespace, names: [...new Set(paths.map(({ name }) => name))] };
}

async function remove(
  task: Task,
  session: Session,
  namespace: string,
  names: readonly string[],
  input: WriteInput,
): Promise<void> {
  const missingOk = task.flags.has("missing-ok");
  const { dryRun, expectVersion } = input;
  for (let attempt = 1; ; attempt++) {
    const present = missingOk ? await keepPresent(session, namespace, names) : names;
    if (present.length === 0) return reportNothing(task, session, namespace, { dryRun, line: "nothing to delete" });
    const expect = expectVersion == null ? {} : { expect: expectVersion };
    const changes: Change[] = present.map((name) => ({ op: "delete", name, ...expect }));
    try {
      const commit = await session.store.commit(
        namespace,
        changes,
        await commitOptions(task, session, namespace, input),
      );
      const what = present.length === 1 ? joinPath(namespace, present[0] ?? "") : count(present.length, "secret");
      return await reportCommit(task, commit, { dryRun, line: `${what} deleted` });
    } catch (error) {
      if (!missingOk || attempt === ATTEMPTS || !isCofferError(error, "NOT_FOUND")) throw error;
    }
  }
}

async function keepPresent({ store, call }: Session, namespace: string, names: readonly string[]): Promise<string[]> {
  const there = new Set<string>();
  for await (const { name } of store.list({ namespace }, call())) there.add(name);
  return names.filter((name) => there.has(name));
}
