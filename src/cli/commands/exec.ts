import type { Head, Read } from "../../core/secret-store.js";
import type { EnvEntry } from "../../env/entry.js";
import { type FileRequest, type HandedFile, handOver, parseFileRequest } from "../../env/hand-over.js";
import { buildEnvironment } from "../../env/merge.js";
import { CofferError } from "../../errors.js";
import { renderFailure } from "../../failures.js";
import { FIRST_DESCRIPTOR } from "../../run/child-files.js";
import type { Outcome } from "../../run/outcome.js";
import { assertReplaceable, replaceProcess } from "../../run/replace-process.js";
import { runChild } from "../../run/run-child.js";
import { assertNeeded, readSelected } from "../../settings/environment/read-selected.js";
import { findDefaultNamespace, findExecNamespaces } from "../../settings/settings.js";
import { type OptionName, READ_OPTIONS, SELECT_OPTIONS } from "../arguments/options.js";
import { resolveNamespace } from "../arguments/path.js";
import type { Command, Task } from "../command.js";
import { readOfMany, readReadInput } from "../input/read-input.js";
import type { Resolved } from "../input/read-references.js";
import { readSelection, splitLists } from "../input/select-input.js";
import { assertHead, parseCommitId } from "../input/write-input.js";
import { count, explain, shortCommit, showNamespace } from "../output/render.js";
import { type Session, withStore } from "../session.js";

const LATER = [
  "psc",
  "mask",
  "mask-short",
  "watch",
  "interval",
  "signal",
  "restart",
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
  options: [...SELECT_OPTIONS, "pristine", "allow", "as-file", "replace", "expect", ...READ_OPTIONS, ...LATER],
  notes: [
    "Nothing is started if anything is missing. The exit code is the program's own: 128 and the signal's number where a signal ended it, 127 where it is not found, 126 where it cannot be run, 125 for everything of Coffer's. It ends when the program does, also while others that the program started still write.",
    "--as-file NAME=PATH makes a new file that its owner alone can read (mode 0600), never in the place of another, and removes it when the program ends. It stays if coffer itself is killed (SIGKILL, a power cut). NAME=fd leaves nothing: NAME then is /dev/fd/N, a file without a name, open in the program and in those it starts; read it once, or go back to its beginning first. A file called fd is ./fd. Bytes, NUL and more than 128 KiB can be handed over so, but not in the environment.",
    "A variable whose whole value is coffer:PATH, such as coffer:prod/billing/DB_URL, coffer:PATH?field=NAME or coffer:PATH#VERSION, holds that secret in the program; a missing one stops the start. The parts are percent-encoded. With --pristine nothing is inherited, and nothing referred to.",
    "--replace needs Node 22.15 or 23.11 or later, and no Windows. Arguments and environment then hold 124 KiB together.",
  ],
  examples: [
    ["coffer exec prod/billing/ -- node server.js --port 80", "with all secrets of prod/billing"],
    ["coffer exec -- npm start", "with what the project's coffer.toml names"],
    ["coffer exec prod/ prod/billing/ --only DB_URL -- env", "with one of them; of several namespaces the later wins"],
    ["DB=coffer:prod/billing/DB_URL coffer exec -- sh -c 'test -n \"$DB\"'", "a variable that refers to a secret"],
    [
      "coffer exec prod/ --map TLS_KEY=tls.key --as-file TLS_KEY=fd -- sh -c 'openssl rsa -in \"$TLS_KEY\" -check'",
      "one of them as a file",
    ],
  ],
  exits: [
    [125, "Coffer did not start the program"],
    [126, "it cannot be run"],
    [127, "it is not found"],
  ],
  run: async (task) => {
    const [command, ...args] = task.rest;
    if (command === undefined) {
      throw new CofferError("USAGE", "no program is given", {
        hint: "it goes behind `--`, as in `coffer exec prod/ -- env`",
      });
    }
    const requests = readFileRequests(task);
    const handed = await makeHanded(task, requests);
    task.world.signal.throwIfAborted();
    const ended = await start(task, { command, args, ...handed });
    const json = task.flags.has("json");
    if ("error" in ended) await task.world.stderr.write(renderFailure(ended.error, { json }));
    else for (const path of ended.left ?? []) await task.world.stderr.write(renderFailure(leftBehind(path), { json }));
    return ended.code;
  },
};

/** All that a program gets of what was read. */
interface Handed {
  readonly env: Record<string, string>;
  readonly files: readonly HandedFile[];
}

/** Resolves when the program has ended or could not be started; with --replace, in the latter case alone. */
function start(
  { flags, world }: Task,
  program: Handed & { command: string; args: readonly string[] },
): Promise<Outcome> {
  if (flags.has("replace")) return Promise.resolve(replaceProcess(program));
  const files = program.files.map(({ path, value }) => ({ path, bytes: value.reveal() }));
  const outcome = runChild({ ...program, files });
  // By now the child's runner listens to the signals.
  world.releaseSignals();
  return outcome;
}

/** Throws before anything is read: `USAGE`, or `UNSUPPORTED` where this machine cannot do what is asked for. */
function readFileRequests({ flags, world }: Task): FileRequest[] {
  // Nobody would be left to remove a file, and Node closes every descriptor behind the third.
  flags.assertAtMostOne("replace", "as-file");
  if (flags.has("replace")) assertReplaceable();
  const requests = flags.all("as-file").map(parseFileRequest);
  if (world.platform !== "win32" || requests.every(({ path }) => path !== null)) return requests;
  throw new CofferError("UNSUPPORTED", "Windows has no /dev/fd", { hint: "hand it over with `--as-file NAME=PATH`" });
}

function leftBehind(path: string): CofferError {
  return new CofferError("FAILED", `could not remove ${path}`, { hint: "it holds a secret: remove it" });
}

async function makeHanded(task: Task, requests: readonly FileRequest[]): Promise<Handed> {
  const { flags, world } = task;
  const references = await findReferences(task);
  const namespaces = findNamespaces(task, references);
  const expect = readExpectation(task, namespaces);
  const [selection, read] = [readSelection(task), readOfMany(await readReadInput(task))];
  const allow = splitLists(flags.all("allow"));
  const whole = references.map(({ secret }) => secret.namespace);
  const { entries, heads } = await withStore(task, async (session) => {
    const selected = await readSelected(session, { namespaces, recursive: false, read, selection, whole });
    return references.length === 0 ? selected : addReferences(session, references, { read, selected });
  });
  assertNeeded(task.sources.project, selection, entries);
  if (expect !== undefined) assertHead(namespaces[0] ?? "", expect, heads[0] ?? null);
  for (const { namespace, commit } of heads)
    await explain(task, `${showNamespace(namespace)} is at ${shortCommit(commit)}`);
  await explain(task, `${count(entries.length, "secret")} for the program`);
  const handed = handOver(entries, requests, FIRST_DESCRIPTOR);
  const env = buildEnvironment({
    base: world.env,
    pristine: flags.has("pristine"),
    entries: handed.entries,
    // Who refers to a secret has chosen the variable.
    allow: [...allow, ...references.map(({ variable }) => variable)],
    platform: world.platform,
  });
  return { env, files: handed.files };
}

/** Those of the environment that the program inherits. Looking for them is all that is done, and loaded, where there are none. */
async function findReferences(task: Task): Promise<Resolved[]> {
  const { flags, world } = task;
  if (flags.has("pristine") || !Object.values(world.env).some((value) => value?.startsWith("coffer"))) return [];
  return (await import("../input/read-references.js")).findReferences(task);
}

/** Who refers to what he wants, and names no namespace anywhere, wants nothing of the root. */
function findNamespaces(task: Task, references: readonly Resolved[]): readonly string[] {
  if (task.arguments.length > 0) return task.arguments.map(resolveNamespace);
  const isSaid = task.sources.project?.exec != null || findDefaultNamespace(task) !== null;
  return references.length > 0 && !isSaid ? [] : findExecNamespaces(task);
}

/** What is chosen from namespaces stands before a reference of the same name. */
async function addReferences(
  session: Session,
  references: readonly Resolved[],
  { read, selected }: { read: Omit<Read, "signal">; selected: Awaited<ReturnType<typeof readSelected>> },
): Promise<{ entries: EnvEntry[]; heads: Head[] }> {
  const { readReferences } = await import("../input/read-references.js");
  const taken = new Set(selected.entries.map(({ name }) => name));
  const wanted = references.filter(({ variable }) => !taken.has(variable));
  const entries = await readReferences(session, wanted, { read, known: selected.secrets });
  return { entries: [...selected.entries, ...entries], heads: selected.heads };
}

function readExpectation({ flags }: Task, namespaces: readonly string[]): string | undefined {
  const expect = flags.text("expect");
  if (expect === undefined) return undefined;
  if (namespaces.length > 1) throw new CofferError("USAGE", "--expect is for one namespace");
  return parseCommitId(expect);
}
