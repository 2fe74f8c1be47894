import type { CopyOrder, CopyReport, Losses, Step } from "../../copying/contract.js";
import { joinPath, quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import type { Task } from "../command.js";
import { count, printable, renderJson, say, shortCommit, showNamespace } from "./render.js";
import { changesJson } from "./version-json.js";

/** What is to be copied, a line for each version, on stderr. */
export async function previewSteps(task: Task, { steps }: CopyReport, order: CopyOrder): Promise<void> {
  if (task.flags.has("quiet") || task.flags.has("json")) return;
  const hasMap = task.flags.has("map");
  await task.world.stderr.write(steps.map((step) => previewLine(step, order, hasMap)).join(""));
}

/** What a copy has come to, as JSON on stdout or in lines on stderr. */
export async function reportCopy(task: Task, report: CopyReport, order: CopyOrder): Promise<void> {
  const dryRun = task.flags.has("dry-run");
  if (task.flags.has("json")) await task.world.stdout.write(renderJson(copyJson(report, dryRun)));
  else for (const line of describe(report, order, dryRun)) await say(task, line);
}

/** 0, or 1 where a dry run was to compare. Throws `FAILED` naming what differs after a copy. */
export function assertSame({ differing }: CopyReport, { dryRun }: { readonly dryRun: boolean }): number {
  if (differing === null || differing.length === 0) return 0;
  const what = differing.map(quote).join(", ");
  throw new CofferError("FAILED", `not the same as at the source: ${what}`, {
    hint: dryRun
      ? "nothing was copied: leave --dry-run out"
      : "somebody changed them meanwhile, or before: see `coffer history`",
  });
}

function copyJson({ namespaces, same, differing }: CopyReport, dryRun: boolean): Record<string, unknown> {
  const written = namespaces.map(({ namespace, commit, sequence, changed }) => ({
    ...{ commit, namespace, sequence, changed: changesJson(changed), dryRun },
  }));
  const verified = differing === null ? null : differing.length === 0;
  return { namespaces: written, same, verified, differing: differing ?? [], dryRun };
}

function previewLine({ source, target, info }: Step, order: CopyOrder, hasMap: boolean): string {
  const [from, to] = [joinPath(source.namespace, source.name), joinPath(target.namespace, target.name)];
  const isRenamed = pathBelow(order.source.namespace, from) !== pathBelow(order.target.namespace, to);
  const notes = [
    ...(order.history ? [`version ${info.version}`] : []),
    ...(from === to ? [] : [`from ${from}`]),
    ...(hasMap && !isRenamed ? ["no --map matches"] : []),
  ];
  return `  ${info.deleted ? "-" : "+"} ${printable(to)}${notes.length === 0 ? "" : ` (${printable(notes.join(", "))})`}\n`;
}

function pathBelow(namespace: string, path: string): string {
  return namespace === "" ? path : path.slice(namespace.length + 1);
}

function describe(report: CopyReport, { history }: CopyOrder, dryRun: boolean): string[] {
  const { namespaces, steps, same, shortened, below, differing, losses } = report;
  const noun = history ? "version" : "secret";
  const copied = namespaces.flatMap(({ namespace, commit }) => {
    const own = steps.filter(({ target }) => target.namespace === namespace);
    if (own.length === 0) return [];
    const line = `${count(own.length, noun)} into ${showNamespace(namespace)}`;
    if (dryRun) return [`would copy, and has not: ${line}`];
    return [commit !== null ? `copied ${line} (commit ${shortCommit(commit)})` : `copied ${line}`];
  });
  const lost = describeLosses(losses);
  return [
    ...(copied.length === 0 ? [`nothing to copy: ${count(same, noun)} ${same === 1 ? "is" : "are"} there`] : copied),
    ...(copied.length === 0 || same === 0 ? [] : [`${count(same, noun)} ${same === 1 ? "was" : "were"} there already`]),
    ...(shortened.length === 0
      ? []
      : [
          `older versions are not there to copy, or are more than the destination keeps: ${shortened.map(quote).join(", ")}`,
        ]),
    ...(below === 0 ? [] : [`left alone: ${count(below, "secret")} in namespaces below, which -R takes as well`]),
    ...(lost === "" ? [] : [`not kept there: ${lost}`]),
    ...(differing?.length === 0 ? ["compared: the values there are those of the source"] : []),
  ];
}

function describeLosses({ comment, expires, type, context, origin }: Losses): string {
  const parts: readonly (readonly [number, string])[] = [
    [comment, "the comment"],
    [expires, "the expiry"],
    [type, "that it is binary"],
    [context, "the context"],
    [origin, "version, time and author of the source"],
  ];
  return parts.flatMap(([number, what]) => (number === 0 ? [] : [`${what} (of ${number})`])).join(", ");
}
