import type { EnvEntry } from "../../env/entry.js";
import { type FileRequest, type HandedFile, handOver, parseFileRequest } from "../../env/hand-over.js";
import { buildEnvironment } from "../../env/merge.js";
import { CofferError } from "../../errors.js";
import { FIRST_DESCRIPTOR } from "../../run/child-files.js";
import {
  findProgramNamespaces,
  findProgramReferences,
  type ProgramRequest,
  type ProgramSecrets,
  readProgram,
} from "../../settings/environment/read-program.js";
import { assertNeeded } from "../../settings/environment/read-selected.js";
import type { ProgramStores } from "../../settings/environment/referenced-stores.js";
import { resolveNamespace } from "../arguments/path.js";
import type { Task } from "../command.js";
import { readOfMany, readReadInput } from "../input/read-input.js";
import { readSelection, splitLists } from "../input/select-input.js";
import { assertHead, parseCommitId } from "../input/write-input.js";
import { count, explain, shortCommit, showNamespace } from "../output/render.js";

/** A program that is to run, and what it is to get, as the command line says. */
export interface ProgramInput {
  readonly command: string;
  readonly args: readonly string[];
  readonly request: ProgramRequest;
  readonly files: readonly FileRequest[];
  /** Names that are let through although they can run code. */
  readonly allow: readonly string[];
  /** The commit that the one namespace must be at. */
  readonly expect: string | undefined;
}

/** All that a program gets of what was read. */
export interface Handed {
  readonly env: Record<string, string>;
  readonly files: readonly HandedFile[];
  /** The values themselves, however they are handed over. */
  readonly secrets: readonly EnvEntry[];
  readonly sources: ProgramSecrets["sources"];
}

/** Throws before anything is read of a store: `USAGE`, or `UNSUPPORTED` where this machine cannot do what is asked for. */
export async function readProgramInput(task: Task): Promise<ProgramInput> {
  const { flags } = task;
  const [command, ...args] = task.rest;
  if (command === undefined) {
    throw new CofferError("USAGE", "no program is given", {
      hint: "it goes behind `--`, as in `coffer exec prod/ -- env`",
    });
  }
  const files = readFileRequests(task);
  const references = flags.has("pristine") ? [] : await findAllReferences(task);
  const namespaces =
    task.arguments.length > 0
      ? task.arguments.map(resolveNamespace)
      : findProgramNamespaces(task, references.length > 0 || flags.has("psc"));
  const expect = readExpectation(task, namespaces);
  const [selection, read] = [readSelection(task), readOfMany(await readReadInput(task))];
  // Who refers to a secret has chosen the variable.
  const allow = [...splitLists(flags.all("allow")), ...references.map(({ variable }) => variable)];
  return { command, args, request: { namespaces, references, read, selection }, files, allow, expect };
}

/** Reads all that the program is to get, or throws: then it must not start. */
export async function readHanded(task: Task, stores: ProgramStores, input: ProgramInput): Promise<Handed> {
  const { flags, world } = task;
  const { request, expect } = input;
  const { entries, heads, sources } = await readProgram(stores, request);
  assertNeeded(task.sources.project, request.selection, entries);
  if (expect !== undefined) assertHead(request.namespaces[0] ?? "", expect, heads[0] ?? null);
  for (const { namespace, commit } of heads)
    await explain(task, `${showNamespace(namespace)} is at ${shortCommit(commit)}`);
  await explain(task, `${count(entries.length, "secret")} for the program`);
  const handed = handOver(entries, input.files, FIRST_DESCRIPTOR);
  const env = buildEnvironment({
    base: world.env,
    pristine: flags.has("pristine"),
    entries: handed.entries,
    allow: input.allow,
    platform: world.platform,
  });
  return { env, files: handed.files, secrets: entries, sources };
}

/** Those of ours, and with --psc those of psc's. */
async function findAllReferences(task: Task): Promise<ProgramRequest["references"]> {
  const references = await findProgramReferences(task);
  if (!task.flags.has("psc")) return references;
  const { findPscReferences } = await import("../../settings/environment/find-psc-references.js");
  return [...references, ...findPscReferences(task)];
}

function readFileRequests({ flags, world }: Task): FileRequest[] {
  const requests = flags.all("as-file").map(parseFileRequest);
  if (world.platform !== "win32" || requests.every(({ path }) => path !== null)) return requests;
  throw new CofferError("UNSUPPORTED", "Windows has no /dev/fd", { hint: "hand it over with `--as-file NAME=PATH`" });
}

function readExpectation({ flags }: Task, namespaces: readonly string[]): string | undefined {
  const expect = flags.text("expect");
  if (expect === undefined) return undefined;
  if (namespaces.length > 1) throw new CofferError("USAGE", "--expect is for one namespace");
  return parseCommitId(expect);
}
