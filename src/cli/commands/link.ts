import type { Command } from "../command.js";
import { findLinkFolder, isOnPath, makeLink } from "../links.js";
import { renderJson, say } from "../output/render.js";
import { findTool } from "../tool-table.js";
import { unknownTool } from "./as.js";

/** `coffer link TOOL` */
export const link: Command = {
  arguments: [{ name: "TOOL", help: "a tool that `coffer as` knows" }],
  options: ["dir"],
  notes: [
    "Makes a link of the tool's name to this command, so that scripts that call the tool go on as they are. It stands in ~/.local/bin, or where --dir says, and replaces nothing; on Windows it is a .cmd file.",
  ],
  examples: [["coffer link git-credential --dir ~/bin", "git finds it as the helper `coffer`"]],
  exits: [[4, "something else of that name is there"]],
  json: ["tool", "file", "made"],
  settings: "none",
  run: async (task) => {
    const tool = findTool(task.arguments[0] ?? "");
    if (tool === undefined) throw unknownTool();
    const folder = findLinkFolder(task);
    const { file, made } = makeLink(task, folder, tool);
    if (task.flags.has("json")) await task.world.stdout.write(renderJson({ tool: tool.name, file, made }));
    else await say(task, made ? `${file} is ${tool.name} by Coffer` : `${file} was there already`);
    if (!isOnPath(task, folder)) await say(task, `${folder} is not on the PATH`);
    return 0;
  },
};
