import { CofferError, isCofferError } from "../../errors.js";
import { renderFailure } from "../../failures.js";
import { OutputClosed } from "../../world.js";
import type { Command } from "../command.js";
import { findTool, TOOLS, type Tool } from "../tool-table.js";

/** `coffer as TOOL ARGS…` */
export const as: Command = {
  arguments: [{ name: "TOOL", help: "one of those below" }],
  rest: "ARGS…",
  restIsBare: true,
  options: [],
  notes: [
    "Everything behind the tool's name is the tool's: the same arguments, the same bytes on stdout, the same exit codes. `coffer link TOOL` makes it answer to the tool's own name. Flags of Coffer stand before `as`.",
    `The tools: ${TOOLS.map(({ name }) => name).join(", ")}.`,
  ],
  examples: [
    ["printf 'protocol=https\\nhost=example.com\\n' | coffer as git-credential get", "what git would be told"],
  ],
  exits: [[1, "what the tool itself calls a failure"]],
  settings: "none",
  run: async (task) => {
    const [name = ""] = task.arguments;
    const tool = findTool(name);
    if (tool === undefined) throw unknownTool();
    try {
      return await tool.run(task);
    } catch (error) {
      if (error instanceof OutputClosed) throw error;
      await task.world.stderr.write(renderFailure(error, { verbose: task.flags.has("verbose") }));
      return (tool.exitCodeOf ?? olderExitCode)(error);
    }
  },
};

function olderExitCode(error: unknown): number {
  if (isCofferError(error, "INTERRUPTED")) return 130;
  return isCofferError(error, "USAGE") || isCofferError(error, "UNSUPPORTED") ? 2 : 1;
}

/** It is not repeated: it may be anything. */
export function unknownTool(): CofferError {
  return new CofferError("USAGE", "there is no tool of this name", {
    hint: `it is one of ${TOOLS.map(({ name }: Tool) => name).join(", ")}`,
  });
}
