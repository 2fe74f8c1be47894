import type { InboxItem, Submission, SubmittedValue } from "../../vault/submitting/contract.js";
import { printable, showTime } from "./render.js";
import { timeJson } from "./version-json.js";

/** What waits, one paragraph each. All of it is what the submitters claim; no value is shown. */
export function renderInbox(items: readonly InboxItem[]): string {
  return items.map((item) => (item.submission === null ? damaged(item) : paragraph(item.submission))).join("\n");
}

/** The same for programs: a submission has no problem, and what has a problem has nothing else but its id. */
export function inboxJson({ id, submission, problem }: InboxItem): Record<string, unknown> {
  return {
    id,
    time: timeJson(submission?.time ?? null),
    author: submission?.author ?? null,
    message: submission?.message ?? null,
    context: submission?.context ?? [],
    puts: (submission?.puts ?? []).map((put) => ({ ...put, expires: timeJson(put.expires) })),
    problem,
  };
}

/** An id short enough for people; at least 8 of its digits are taken back. */
export function shortId(id: string): string {
  return printable(/^s[0-9a-f]{32}$/.test(id) ? id.slice(0, 13) : id);
}

function paragraph({ id, time, author, message, context, puts }: Submission): string {
  const lines = [
    `${shortId(id)}  ${showTime(time)}  ${author ?? "-"}`,
    ...(message === null ? [] : [`    ${message}`]),
    ...puts.map((put) => `    ${put.name}${noteOf(put)}`),
    ...(context.length === 0 ? [] : [`    needs the context ${context.join(", ")}`]),
  ];
  return lines.map((line) => `${printable(line)}\n`).join("");
}

function noteOf({ type, comment, expires }: SubmittedValue): string {
  const notes = [
    ...(type === "binary" ? ["binary"] : []),
    ...(expires === null ? [] : [`expires ${showTime(expires)}`]),
    ...(comment === null ? [] : [comment]),
  ];
  return notes.length === 0 ? "" : ` (${notes.join("; ")})`;
}

function damaged({ id, problem }: Extract<InboxItem, { submission: null }>): string {
  return `${shortId(id)}  ${problem.code}  ${printable(problem.message)}\n`;
}
