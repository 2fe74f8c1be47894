import { CofferError } from "../../errors.js";
import type { Step, Wiring, WiringDesk } from "../../keyring/wiring/wiring.js";
import { findFolders } from "../../settings/folders.js";
import type { Command, Task } from "../command.js";
import { confirm } from "../input/confirm.js";
import { findLinkFolder, isOnPath, makeLink } from "../links.js";
import { renderJson, say } from "../output/render.js";
import { findTool } from "../tool-table.js";
import { unknownTool } from "./as.js";

const PROGRAMS: Readonly<Record<string, () => Promise<(desk: WiringDesk) => Wiring>>> = {
  git: async () => (await import("../../keyring/wiring/git.js")).wireGit,
  docker: async () => (await import("../../keyring/wiring/docker.js")).wireDocker,
  pip: async () => (await import("../../keyring/wiring/pip.js")).wirePip,
  aws: async () => (await import("../../keyring/wiring/aws.js")).wireAws,
  cargo: async () => (await import("../../keyring/wiring/cargo.js")).wireCargo,
};

/** `coffer helper install|status|remove NAME` */
export const helper: Command = {
  arguments: [
    { name: "ACTION", help: "install, status or remove" },
    { name: "PROGRAM", help: Object.keys(PROGRAMS).join(", ") },
  ],
  options: ["dir", "aws-profile", "dry-run"],
  meanings: {
    dir: "where links are made (~/.local/bin)",
    "aws-profile": "which profile of AWS asks; its access key is aws/NAME/ in the store",
  },
  notes: [
    "Tells a program to ask Coffer for its passwords, by the program's own tool where it has one. What is going to be done is shown first. Which profile and namespace count then is in the configuration's [helper.NAME].",
  ],
  examples: [
    ["coffer helper install git --dry-run", "shows what would be done"],
    ["coffer helper install git", "git asks Coffer"],
    ["coffer helper status git", "whether it does"],
    ["coffer helper remove git", "git asks Coffer no longer"],
  ],
  exits: [
    [1, "status: the program does not ask Coffer"],
    [4, "it asks somebody else, whom we will not remove"],
  ],
  json: ["program", "asks", "steps"],
  settings: "none",
  run: async (task) => {
    const [action = "", program = ""] = task.arguments;
    const load = Object.hasOwn(PROGRAMS, program) ? PROGRAMS[program] : undefined;
    if (load === undefined) throw unknownProgram();
    const wiring = (await load())(deskOf(task));
    switch (action) {
      case "status":
        return tell(task, program, wiring);
      case "install":
        return change(task, program, wiring, await wiring.install());
      case "remove":
        return change(task, program, wiring, await wiring.remove());
      default:
        throw new CofferError("USAGE", "helper takes install, status or remove", {
          hint: "usage: coffer helper install|status|remove PROGRAM",
        });
    }
  },
};

function deskOf(task: Task): WiringDesk {
  const { world, flags } = task;
  const { home } = findFolders(world);
  if (home === null) throw new CofferError("USAGE", "there is no home whose configuration could be changed");
  return { env: world.env, home, name: flags.text("aws-profile"), link: (name) => linkStep(task, name) };
}

function linkStep(task: Task, name: string): Step {
  const tool = findTool(name);
  if (tool === undefined) throw unknownTool();
  const folder = findLinkFolder(task);
  return {
    shown: `coffer link ${name} --dir ${folder}`,
    act: async () => {
      makeLink(task, folder, tool);
      if (!isOnPath(task, folder)) await say(task, `${folder} is not on the PATH`);
    },
  };
}

async function tell(task: Task, program: string, wiring: Wiring): Promise<number> {
  const status = await wiring.status();
  const asks = status.asks === "another" ? status.who : status.asks;
  if (task.flags.has("json")) await task.world.stdout.write(renderJson({ program, asks, steps: [] }));
  else await task.world.stdout.write(`${program} asks ${asks}\n`);
  return status.asks === "coffer" ? 0 : 1;
}

async function change(task: Task, program: string, wiring: Wiring, steps: readonly Step[]): Promise<number> {
  const { flags, world } = task;
  for (const { shown } of steps) await say(task, shown);
  if (steps.length === 0) await say(task, "nothing to do");
  if (!flags.has("dry-run") && steps.length > 0) {
    await confirm(task, "do this?");
    for (const { act } of steps) await act();
  }
  if (flags.has("json")) {
    const status = await wiring.status();
    const asks = status.asks === "another" ? status.who : status.asks;
    await world.stdout.write(renderJson({ program, asks, steps: steps.map(({ shown }) => shown) }));
  }
  return 0;
}

function unknownProgram(): CofferError {
  return new CofferError("USAGE", "there is no such program that Coffer could be a helper of", {
    hint: `it is one of ${Object.keys(PROGRAMS).join(", ")}`,
  });
}
