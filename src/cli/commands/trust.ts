import { realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { CofferError } from "../../errors.js";
import { findFolders } from "../../settings/folders.js";
import {
  findUpwards,
  PROJECT_FILE_NAME,
  type ProjectFile,
  readProjectFile,
  workingFolder,
} from "../../settings/projects/find-project.js";
import { type Project, parseProject } from "../../settings/projects/project.js";
import { digestOf, removeTrust, saveTrust } from "../../settings/projects/trust.js";
import type { Command, Task } from "../command.js";
import { renderJson, renderTable, say } from "../output/render.js";

/** `coffer trust [DIR]` */
export const trust: Command = {
  arguments: [
    { name: "DIR", help: "the project's folder; without it the nearest coffer.toml upwards", optional: true },
  ],
  options: ["remove"],
  settings: "none",
  notes: [
    "A project's coffer.toml says which profile and which namespaces are meant there. Since it may be anybody's, it counts only after you have trusted it, as it is now and where it is now: after any change you are asked again. What it says is shown on stdout.",
  ],
  examples: [
    ["coffer trust", "trusts the coffer.toml of the project one stands in"],
    ["coffer trust ~/src/billing --remove", "trusts it no longer"],
  ],
  exits: [[3, "there is no coffer.toml, or none that is trusted"]],
  json: ["file", "trusted", "sha256", "profile", "namespace", "exec", "names"],
  run: async (task) => {
    const folder = requireFolder(task);
    if (task.flags.has("remove")) await forget(task, folder);
    else await remember(task, folder);
    return 0;
  },
};

async function remember(task: Task, folder: string): Promise<void> {
  const { file, content } = await requireProjectFile(task);
  if (!(content instanceof Uint8Array)) {
    throw new CofferError("INVALID", `there is a coffer.toml at ${dirname(file)} ${content.fault}`, {
      hint: "nothing is trusted; `--project FILE` names a project file for one command",
    });
  }
  // What is shown is parsed from the very bytes that are trusted.
  const project = parseProject(content, file);
  const sha256 = digestOf(content);
  await saveTrust(folder, file, sha256);
  await show(task, project, sha256);
  await say(task, `${file} is trusted as it is now`);
}

async function forget(task: Task, folder: string): Promise<void> {
  const file = (await findFile(task))?.file ?? (await namedFile(task));
  const removed = file !== null && (await removeTrust(folder, file));
  if (file === null || !removed) throw new CofferError("NOT_FOUND", "no coffer.toml is trusted there");
  if (task.flags.has("json")) await task.world.stdout.write(renderJson({ file, trusted: false }));
  await say(task, `${file} is trusted no longer`);
}

async function show({ flags, world }: Task, project: Project, sha256: string): Promise<void> {
  const { file, profile, namespace, exec, names } = project;
  if (flags.has("json")) {
    await world.stdout.write(renderJson({ file, trusted: true, sha256, profile, namespace, exec, names }));
    return;
  }
  const rows = [
    ["profile", profile ?? "-"],
    ["namespace", namespace === null ? "-" : `${namespace}/`],
    ["exec", exec?.map((each) => `${each}/`).join(" ") ?? "-"],
    ["names", names.join(" ") || "-"],
  ];
  await world.stdout.write(renderTable(rows));
}

function requireFolder({ world, flags }: Task): string {
  if (flags.has("project")) {
    throw new CofferError("USAGE", "--project names a file that counts untrusted: there is nothing to trust", {
      hint: "usage: coffer trust [DIR] [--remove]",
    });
  }
  const { trust: folder } = findFolders(world);
  if (folder !== null) return folder;
  throw new CofferError("USAGE", "there is no home to keep in mind what is trusted", {
    hint: "set HOME, or name the file with --project",
  });
}

async function requireProjectFile(task: Task): Promise<ProjectFile> {
  const found = await findFile(task);
  if (found !== null) return found;
  const [typed] = task.arguments;
  throw new CofferError(
    "NOT_FOUND",
    `there is no coffer.toml ${typed === undefined ? "here or above" : `in ${typed}`}`,
    {
      hint: "usage: coffer trust [DIR]",
    },
  );
}

async function findFile({ arguments: [typed] }: Task): Promise<ProjectFile | null> {
  if (typed === undefined) return findUpwards(workingFolder());
  const folder = await realFolder(typed);
  return folder === null ? null : readProjectFile(folder);
}

/** The path of a file that was trusted and is there no more. */
async function namedFile({ arguments: [typed] }: Task): Promise<string | null> {
  const folder = typed === undefined ? workingFolder() : ((await realFolder(typed)) ?? resolve(typed));
  return folder === null ? null : join(folder, PROJECT_FILE_NAME);
}

/** As the working folder is known: without links. Null where there is no such folder. */
async function realFolder(typed: string): Promise<string | null> {
  try {
    return await realpath(typed);
  } catch {
    return null;
  }
}
