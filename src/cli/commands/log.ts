import type { Commit } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import { resolveNamespace } from "../arguments/path.js";
import type { Command } from "../command.js";
import { printable, renderJson, shortCommit, showNamespace, showTime } from "../output/render.js";
import { commitJson } from "../output/version-json.js";
import { type Session, withStore } from "../session.js";

/** `coffer log [NS/]` */
export const log: Command = {
  arguments: [{ name: "NS/", help: "the namespace; without it the default one, or the root", optional: true }],
  options: ["limit", "no-key"],
  examples: [
    ["coffer log prod/billing/", "its commits, newest first"],
    ["coffer log prod/billing/ --limit 10", "its newest ten commits"],
    ["coffer log prod/billing/ --no-key", "for who may not decrypt; nothing but hashes vouches for what it shows"],
  ],
  exits: [[3, "nothing was ever written there"]],
  json: ["namespace", "verified", "commits"],
  run: async (task) => {
    const [typed] = task.arguments;
    const namespace = typed === undefined ? (findDefaultNamespace(task) ?? "") : resolveNamespace(typed);
    const limit = task.flags.integer("limit", 1) ?? Number.POSITIVE_INFINITY;
    const noKey = task.flags.has("no-key");
    const key = noKey ? "unused" : "needed";
    const commits = await withStore(task, (session) => collect(namespace, limit, session), { key });
    const text = task.flags.has("json")
      ? renderJson({ namespace, verified: !noKey, commits: commits.map(commitJson) })
      : commits.map(paragraph).join("\n");
    await task.world.stdout.write(text);
    return 0;
  },
};

async function collect(namespace: string, limit: number, { store, call }: Session): Promise<Commit[]> {
  const commits: Commit[] = [];
  for await (const commit of store.log(namespace, call())) {
    commits.push(commit);
    if (commits.length >= limit) break;
  }
  if (commits.length > 0) return commits;
  throw new CofferError("NOT_FOUND", `nothing was ever written to ${showNamespace(namespace)}`, {
    hint: "see what there is with `coffer list`",
  });
}

function paragraph({ commit, sequence, time, author, message, changes }: Commit): string {
  const head = `${shortCommit(commit)}  #${sequence}  ${showTime(time)}  ${printable(author ?? "-")}`;
  const lines = changes.map(
    ({ name, version, change }) => `    ${change} ${printable(name)} (version ${printable(version)})`,
  );
  return `${[head, ...(message === null ? [] : [`    ${printable(message)}`]), ...lines].join("\n")}\n`;
}
