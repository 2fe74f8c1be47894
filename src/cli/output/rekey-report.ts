import { joinPath, quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import type { RekeyReport } from "../../vault/rekeying/contract.js";
import type { Task } from "../command.js";
import { count, renderJson, say, shortCommit, showNamespace } from "./render.js";

/** What new data keys have come to, as JSON on stdout or in lines on stderr. */
export async function reportRekeying(
  task: Task,
  reports: readonly RekeyReport[],
  { dryRun }: { readonly dryRun: boolean },
): Promise<void> {
  if (task.flags.has("json")) {
    await task.world.stdout.write(renderJson({ namespaces: reports.map((one) => rekeyJson(one, dryRun)), dryRun }));
  } else {
    for (const one of reports) {
      for (const line of describe(one)) await say(task, dryRun ? `would do, and has not: ${line}` : line);
    }
  }
}

/** Throws `PARTIAL` where something keeps the key that it has: it is named. */
export function assertNothingKept(reports: readonly RekeyReport[], { dryRun }: { readonly dryRun: boolean }): void {
  const left = reports.flatMap(leftPaths);
  if (left.length > 0) throw keptTheirs(left, dryRun);
}

/** The fields of every write, and what is new in this one. No name changes its version. */
function rekeyJson(one: RekeyReport, dryRun: boolean): Record<string, unknown> {
  const { namespace, commit, sequence, begun, resealed, rewrapped, closed, left, before, holders } = one;
  return {
    ...{ commit: dryRun ? null : commit, namespace, sequence, changed: [], dryRun },
    ...{ begun, resealed, rewrapped, closed, left, before, holders },
  };
}

function describe(one: RekeyReport): string[] {
  const { namespace, commit, begun, resealed, rewrapped, closed, before, holders } = one;
  const shown = showNamespace(namespace);
  const anew = `new keys for ${shown}, ${count(resealed, "value")} sealed anew (commit ${shortCommit(commit)})`;
  const lines = [begun ? anew : `${shown} keeps its keys: they are young enough`];
  if (rewrapped > 0) lines.push(`${shown} has ${count(rewrapped, "older commit")} with other wrappings now`);
  const added = holders.filter((id) => !before.includes(id));
  const gone = before.filter((id) => !holders.includes(id));
  if (added.length > 0) lines.push(`${shown} opens by ${added.join(" and ")} as well`);
  if (gone.length > 0) lines.push(`what is put into ${shown} opens no longer by ${gone.join(" or ")}`);
  if (closed > 0)
    lines.push(`${shown} has ${count(closed, "older commit")} that were never wrapped for this recovery key`);
  return lines;
}

function leftPaths({ namespace, left }: RekeyReport): string[] {
  return left.map(({ name, version, context }) => {
    const why = context.length === 0 ? "" : ` (${context.join(", ")})`;
    return `${quote(joinPath(namespace, name))} version ${version}${why}`;
  });
}

function keptTheirs(paths: readonly string[], dryRun: boolean): CofferError {
  const what = dryRun ? "would be left" : "left";
  return new CofferError("PARTIAL", `${what} under the keys that they have: ${paths.join(", ")}`, {
    hint: "repeat it with the context that is named in brackets: -c NAME=VALUE or --contexts FILE",
  });
}
