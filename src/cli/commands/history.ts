import { joinPath } from "../../core/name.js";
import type { VersionInfo } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import { resolvePath } from "../arguments/path.js";
import type { Command } from "../command.js";
import { renderJson, renderTable, shortCommit, showTime } from "../output/render.js";
import { timeJson, versionJson } from "../output/version-json.js";
import { type Session, withStore } from "../session.js";

/** `coffer history PATH` */
export const history: Command = {
  arguments: [{ name: "PATH", help: "the secret: NAMESPACE/NAME, or NAME in the default namespace" }],
  options: ["limit"],
  examples: [
    ["coffer history prod/billing/DB_URL", "all its versions, newest first"],
    ["coffer history prod/billing/DB_URL --limit 5", "its newest five versions"],
  ],
  exits: [[3, "there never was such a secret"]],
  json: ["path", "versions"],
  run: async (task) => {
    const { namespace, name } = resolvePath(task.arguments[0] ?? "", findDefaultNamespace(task) ?? "");
    const path = joinPath(namespace, name);
    const limit = task.flags.integer("limit", 1) ?? Number.POSITIVE_INFINITY;
    const versions = await withStore(task, (session) => collect(path, limit, session));
    const text = task.flags.has("json")
      ? renderJson({ path, versions: versions.map((info) => ({ ...versionJson(info), origin: originJson(info) })) })
      : renderTable(versions.map(row));
    await task.world.stdout.write(text);
    return 0;
  },
};

async function collect(path: string, limit: number, { store, call }: Session): Promise<VersionInfo[]> {
  const versions: VersionInfo[] = [];
  for await (const info of store.history(path, call())) {
    versions.push(info);
    if (versions.length >= limit) break;
  }
  if (versions.length > 0) return versions;
  throw new CofferError("NOT_FOUND", `there never was a secret named ${path}`, {
    hint: "see what there is with `coffer list`",
  });
}

function row(info: VersionInfo): string[] {
  const state = info.deleted
    ? "deleted"
    : info.purged
      ? "purged"
      : info.stage === null
        ? info.type
        : `staged as ${info.stage}`;
  return [
    info.version,
    showTime(info.time),
    shortCommit(info.commit ?? "-"),
    state,
    info.author ?? "-",
    [info.message ?? info.comment ?? "", ...originNotes(info)].filter((text) => text !== "").join("; "),
  ];
}

function originJson({ origin }: VersionInfo): Record<string, unknown> | null {
  if (origin === undefined) return null;
  return { version: origin.version, time: timeJson(origin.time ?? null), author: origin.author ?? null };
}

function originNotes({ origin }: VersionInfo): string[] {
  if (origin === undefined) return [];
  const { version, time, author } = origin;
  // What was handed in says so itself.
  const what = version.includes("/") ? version : `version ${version}`;
  return [
    `was ${[what, ...(time === undefined ? [] : [showTime(time)]), ...(author === undefined ? [] : [author])].join(" ")}`,
  ];
}
