import type { ToolWorld } from "../legacy/tool-world.js";
import type { Task } from "./command.js";
import { askHidden, askMfaCode } from "./input/passphrase-input.js";
import { say } from "./output/render.js";

/** What an older tool's command line has around it. */
export function openToolWorld(task: Task): ToolWorld {
  return {
    ...task.world,
    askHidden: (prompt) => askHidden(task, prompt),
    askMfaCode: (serial) => askMfaCode(task, serial),
    onSlow: () => void say(task, "still waiting for AWS to answer").catch(() => {}),
  };
}
