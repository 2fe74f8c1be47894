import type { EnvEntry } from "../../env/entry.js";
import { buildEnvironment } from "../../env/merge.js";
import { CofferError } from "../../errors.js";
import { runChild } from "../../run/run-child.js";
import { type OptionName, READ_OPTIONS, SELECT_OPTIONS } from "../arguments/options.js";
import { resolveNamespace } from "../arguments/path.js";
import type { Command, Task } from "../command.js";
import { renderFailure } from "../failures.js";
import { readReadInput } from "../input/read-input.js";
import { readSelected, readSelection, splitLists } from "../input/select-input.js";
import { assertHead, parseCommitId } from "../input/write-input.js";
import { count, explain, shortCommit, showNamespace } from "../output/render.js";
import { withStore } from "../session.js";
import { findExecNamespaces } from "../settings/settings.js";

const LATER = [
  "psc",
  "mask",
  "mask-short",
  "watch",
  "interval",
  "signal",
  "restart",
  "as-file",
] as const satisfies readonly OptionName[];

/** `coffer exec [NS/…] -- CMD [ARG…]` */
export const exec: Command = {
  arguments: [
    {
      name: "NS/",
      help: "the namespaces; without them the project's, the default one, or the root",
      optional: true,
      repeats: true,
    },
  ],
  rest: "CMD [ARG…]",
  options: [...SELECT_OPTIONS, "pristine", "allow", "expect", ...READ_OPTIONS, ...LATER],
  notes: [
    "Nothing is started if anything is missing. The exit code is the program's own: 128 and the signal's number where a signal ended it, 127 where it is not found, 126 where it cannot be run, 125 for everything of Coffer's.",
  ],
  examples: [
    ["coffer exec prod/billing/ -- node server.js --port 80", "with all secrets of prod/billing"],
    ["coffer exec -- npm start", "with what the project's coffer.toml names"],
    ["coffer exec prod/ prod/billing/ --only DB_URL -- env", "with one of them; of several namespaces the later wins"],
  ],
  run: async (task) => {
    const [command, ...args] = task.rest;
    if (command === undefined) {
      throw new CofferError("USAGE", "no program is given", {
        hint: "it goes behind `--`, as in `coffer exec prod/ -- env`",
      });
    }
    const env = await makeEnvironment(task);
    task.world.signal.throwIfAborted();
    const outcome = runChild({ command, args, env });
    // By now the child's runner listens to the signals.
    task.world.releaseSignals();
    const ended = await outcome;
    if ("error" in ended) await task.world.stderr.write(renderFailure(ended.error, { json: task.flags.has("json") }));
    return ended.code;
  },
};

async function makeEnvironment(task: Task): Promise<Record<string, string>> {
  const { flags, world } = task;
  const namespaces = task.arguments.length > 0 ? task.arguments.map(resolveNamespace) : findExecNamespaces(task);
  const expect = readExpectation(task, namespaces);
  const [selection, read] = [readSelection(task), await readReadInput(task)];
  const allow = splitLists(flags.all("allow"));
  const { entries, heads } = await withStore(task, (session) =>
    readSelected(session, namespaces, { read, selection, recursive: false }),
  );
  assertNeeded(task, entries);
  if (expect !== undefined) assertHead(namespaces[0] ?? "", expect, heads[0] ?? null);
  for (const { namespace, commit } of heads)
    await explain(task, `${showNamespace(namespace)} is at ${shortCommit(commit)}`);
  await explain(task, `${count(entries.length, "secret")} for the program`);
  return buildEnvironment({
    base: world.env,
    pristine: flags.has("pristine"),
    entries,
    allow,
    platform: world.platform,
  });
}

/** Throws `NOT_FOUND` where the project's program would lack a name it needs. Who chooses with `--only` has chosen. */
function assertNeeded({ flags, sources }: Task, entries: readonly EnvEntry[]): void {
  const { project } = sources;
  const there = new Set(entries.map(({ name }) => name));
  const missing = flags.has("only") ? [] : (project?.names ?? []).filter((name) => !there.has(name));
  if (project === null || missing.length === 0) return;
  throw new CofferError("NOT_FOUND", `the program needs ${missing.join(", ")}, as ${project.file} says`, {
    hint: "store it with `coffer put`, name the namespace that has it, or choose with --only",
  });
}

function readExpectation({ flags }: Task, namespaces: readonly string[]): string | undefined {
  const expect = flags.text("expect");
  if (expect === undefined) return undefined;
  if (namespaces.length > 1) throw new CofferError("USAGE", "--expect is for one namespace");
  return parseCommitId(expect);
}
