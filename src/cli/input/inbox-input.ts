import { CofferError } from "../../errors.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import type { Vault } from "../../vault/contract.js";
import type { InboxItem, Submission } from "../../vault/submitting/contract.js";
import { WRITE_OPTIONS } from "../arguments/options.js";
import { resolveNamespace } from "../arguments/path.js";
import type { Task } from "../command.js";
import { showNamespace } from "../output/render.js";
import type { Session } from "../session.js";

/** What is to be done with an inbox, and with which of it: null is all. */
export interface InboxInput {
  readonly namespace: string;
  readonly act: "list" | "accept" | "reject";
  readonly ids: readonly string[] | null;
}

/** Throws `USAGE`. */
export function readInboxInput(task: Task): InboxInput {
  const { flags } = task;
  flags.assertAtMostOne("accept", "reject");
  const [first] = task.arguments;
  const isNamed = first?.endsWith("/") === true;
  const namespace = isNamed ? resolveNamespace(first) : (findDefaultNamespace(task) ?? "");
  const ids = task.arguments.slice(isNamed ? 1 : 0);
  const act = flags.has("reject") ? "reject" : flags.has("accept") || flags.has("all") ? "accept" : "list";
  assertFlags(task, act);
  if (act === "list" && ids.length > 0)
    throw misplaced("ids say what to accept or reject", "--accept ID or --reject ID");
  if (flags.has("all") && ids.length > 0) throw misplaced("--all and ids exclude each other", "leave one of them out");
  if (act !== "list" && !flags.has("all") && ids.length === 0)
    throw misplaced(`--${act} takes ids`, "`coffer inbox NS/` shows them; --all means all that waits");
  return { namespace, act, ids: act === "list" || flags.has("all") ? null : ids };
}

/** Those items that are meant, of what is there. Throws `NOT_FOUND` for one that is not there, `USAGE` for what could mean several. */
export async function findItems(
  vault: Vault,
  { call }: Session,
  { namespace, ids }: InboxInput,
): Promise<readonly InboxItem[]> {
  const only = ids === null ? {} : { only: (id: string) => ids.some((typed) => isMeant(typed, id)) };
  const items: InboxItem[] = [];
  for await (const item of vault.inbox(namespace, { ...call(), ...only })) items.push(item);
  for (const typed of ids ?? []) assertOne(namespace, typed, items);
  return items;
}

/** The submissions among them. Throws `INTEGRITY` (or what else is wrong) where one is none. */
export function requireSubmissions(namespace: string, items: readonly InboxItem[]): readonly Submission[] {
  const bad = items.filter(({ submission }) => submission === null);
  const [first] = bad;
  if (first?.problem == null) return items.flatMap(({ submission }) => submission ?? []);
  const others = bad.slice(1).map(({ id }) => id);
  throw new CofferError(
    first.problem.code,
    `${first.problem.message}${others.length === 0 ? "" : `; nor can be accepted: ${others.join(", ")}`}`,
    {
      hint: `accept the others by their ids; remove this: coffer inbox ${showNamespace(namespace)} --reject ${first.id}`,
    },
  );
}

/** An id in full, or at least 8 digits of a submission's, with its `s` or without. */
function isMeant(typed: string, id: string): boolean {
  const digits = /^s?([0-9a-f]{8,32})$/.exec(typed)?.[1];
  return id === typed || (digits !== undefined && /^s[0-9a-f]{32}$/.test(id) && id.startsWith(`s${digits}`));
}

function assertOne(namespace: string, typed: string, items: readonly InboxItem[]): void {
  const meant = items.filter(({ id }) => isMeant(typed, id));
  if (meant.length === 1) return;
  const shown = showNamespace(namespace);
  if (meant.length > 1)
    throw new CofferError("USAGE", `${typed} is the beginning of ${meant.length} ids`, { hint: "type more of it" });
  throw new CofferError("NOT_FOUND", `nothing of that id waits in ${shown}`, {
    hint: `see what does: coffer inbox ${shown}; what was accepted is in the log: coffer log ${shown}`,
  });
}

function assertFlags({ flags }: Task, act: InboxInput["act"]): void {
  const foreign = WRITE_OPTIONS.filter((name) => flags.has(name) && !(act === "reject" && name === "dry-run"));
  if (act === "accept" || foreign.length === 0) return;
  throw misplaced(
    `${foreign.map((name) => `--${name}`).join(" and ")} ${foreign.length === 1 ? "goes" : "go"} with --accept`,
    "`coffer help inbox` explains it",
  );
}

function misplaced(fault: string, hint: string): CofferError {
  return new CofferError("USAGE", `inbox: ${fault}`, { hint });
}
