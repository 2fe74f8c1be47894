import type { Call } from "../../core/call.js";
import { MAX_MESSAGE_BYTES } from "../../core/documents/fields.js";
import { originOf } from "../../core/documents/submission.js";
import { inboxPrefix } from "../../core/layout.js";
import type { Change, Commit } from "../../core/secret-store.js";
import { CofferError, isCofferError } from "../../errors.js";
import { shownNamespace, type VerifiedHead } from "../heads/found-head.js";
import { loadHead, requireStore } from "../heads/load-head.js";
import type { Owner } from "../key-ring.js";
import { deadline, type VaultParts } from "../parts.js";
import { assertTexts, commitChanges } from "../writing/commit-changes.js";
import { isText } from "../writing/plan-changes.js";
import { findAccepted } from "./accepted-before.js";
import type { Acceptance, AcceptOptions, Submission } from "./contract.js";
import { type OpenedSubmission, openSubmission } from "./open-submission.js";
import { compareSubmissions, findSubmission } from "./read-inbox.js";
import { removeAccepted } from "./reject-submissions.js";

/** How often it is looked again where others were first. */
const MAX_ATTEMPTS = 50;
/** How many submissions are read and opened at once. */
const AT_ONCE = 16;

type Chosen = Pick<Submission, "id" | "digest">;

/** Makes one commit of submissions: see `Vault.acceptSubmissions`, and docs/FORMAT.md section 21. */
export async function acceptSubmissions(
  parts: VaultParts,
  namespace: string,
  submissions: readonly Chosen[],
  options: AcceptOptions = {},
): Promise<Acceptance> {
  if (submissions.length === 0) throw new CofferError("USAGE", "no submission is named");
  assertTexts(parts, options.message);
  const signal = deadline(parts, options.signal);
  let opened: readonly OpenedSubmission[] | null = null;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const base = await loadHead(parts, namespace, { signal });
    opened ??= await openAll(parts, await ownerOf(parts, namespace, base, { signal }), submissions, options, {
      signal,
    });
    const already =
      base === null ? new Set<string>() : await findAccepted(parts, base, opened.map(traceable), { signal });
    const fresh = opened.filter(({ document }) => !already.has(document.header.id));
    const made =
      fresh.length === 0 ? { commit: null } : await tryCommit(parts, namespace, base, fresh, options, signal);
    if (made !== "moved") return finish(parts, namespace, { ...made, fresh, already: [...already] }, options);
    await parts.pause(attempt, signal);
  }
  throw new CofferError("CONFLICT", `${shownNamespace(namespace)} is being changed by too many others at once`, {
    hint: "try again",
  });
}

async function ownerOf(parts: VaultParts, namespace: string, base: VerifiedHead | null, options: Call): Promise<Owner> {
  return base?.owner ?? { store: await requireStore(parts, options), namespace };
}

/** All of them in the order of acceptance, each once. */
async function openAll(
  parts: VaultParts,
  owner: Owner,
  submissions: readonly Chosen[],
  { context = {} }: AcceptOptions,
  call: Call,
): Promise<OpenedSubmission[]> {
  const chosen = [...new Map(submissions.map((one) => [one.id, one])).values()];
  const opened: OpenedSubmission[] = [];
  for (let start = 0; start < chosen.length; start += AT_ONCE) {
    const open = async (one: Chosen): Promise<OpenedSubmission> =>
      openSubmission(parts, owner, await requireSubmission(parts, owner, one, call), context, call);
    opened.push(...(await Promise.all(chosen.slice(start, start + AT_ONCE).map(open))));
  }
  const moment = ({ document: { header } }: OpenedSubmission) => ({ id: header.id, time: new Date(header.time) });
  return opened.sort((a, b) => compareSubmissions(moment(a), moment(b)));
}

async function requireSubmission(parts: VaultParts, owner: Owner, { id, digest }: Chosen, call: Call) {
  const found = await findSubmission(parts, owner, id, call);
  const place = inboxPrefix(owner.namespace) + id;
  const namespace = shownNamespace(owner.namespace);
  if (found === null) {
    throw new CofferError("NOT_FOUND", `${place} is not there any more: it was accepted or rejected`, {
      hint: `see what was made of it: coffer log ${namespace}`,
    });
  }
  if (found.digest === digest) return found;
  throw new CofferError("CONFLICT", `${place} is not what it was a moment ago`, {
    hint: `look at it again: coffer inbox ${namespace}`,
  });
}

/** Commits on the very head that was looked at. */
async function tryCommit(
  parts: VaultParts,
  namespace: string,
  base: VerifiedHead | null,
  fresh: readonly OpenedSubmission[],
  options: AcceptOptions,
  signal: AbortSignal,
): Promise<{ readonly commit: Commit } | "moved"> {
  const present = base?.document.header.commit ?? null;
  const { expect = present, message = messageOf(fresh), dryRun = false } = options;
  const changes = fresh.flatMap((one) => changesOf(one, options));
  try {
    return { commit: await commitChanges(parts, namespace, changes, { expect, message, dryRun, signal }) };
  } catch (error) {
    if (options.expect !== undefined || !isCofferError(error, "CONFLICT")) throw error;
    const now = await loadHead(parts, namespace, { signal });
    if ((now?.document.header.commit ?? null) === present) throw error;
    return "moved";
  }
}

function changesOf({ document, context, values }: OpenedSubmission, options: AcceptOptions): Change[] {
  const { id, time, author } = document.header;
  const origin = { version: originOf(id), time: new Date(time), ...(author === undefined ? {} : { author }) };
  const { stage, expectVersion } = options;
  return document.puts.flatMap(({ name, type, comment, expires }, index) => {
    const value = values[index];
    if (value === undefined) throw new TypeError("every put of a submission has its value");
    return {
      op: "put",
      name,
      value,
      type,
      context,
      origin,
      ...(comment === undefined ? {} : { comment }),
      ...(expires === undefined ? {} : { expires: new Date(expires) }),
      ...(stage === undefined ? {} : { stage }),
      ...(expectVersion === undefined ? {} : { expect: expectVersion }),
    };
  });
}

/** What the log says where the person who accepts says nothing: who handed it in, and why. */
function messageOf(fresh: readonly OpenedSubmission[]): string {
  const senders = new Set(fresh.map(({ document }) => document.header.author ?? "somebody without a name"));
  const whence = `handed in by ${[...senders].join(", ")}`;
  const [only] = fresh;
  const why = fresh.length === 1 ? only?.document.header.message : undefined;
  const full = why === undefined ? whence : `${whence}: ${why}`;
  return [full, whence].find((text) => isText(text, 1, MAX_MESSAGE_BYTES)) ?? `${fresh.length} submissions`;
}

async function finish(
  parts: VaultParts,
  namespace: string,
  made: {
    readonly commit: Commit | null;
    readonly fresh: readonly OpenedSubmission[];
    readonly already: readonly string[];
  },
  { dryRun = false }: AcceptOptions,
): Promise<Acceptance> {
  const accepted = made.fresh.map(({ document }) => document.header.id);
  const { commit, already } = made;
  // The commit has happened: from here on a signal of the caller's no longer counts, and what stays is only in the way.
  const signal = deadline(parts, undefined);
  const left = dryRun ? [] : await removeAccepted(parts, namespace, [...accepted, ...already], { signal });
  return { commit, accepted, already, left };
}

function traceable({ document: { header, puts } }: OpenedSubmission): { id: string; names: string[] } {
  return { id: header.id, names: puts.map(({ name }) => name) };
}
