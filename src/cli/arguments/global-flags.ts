import { CofferError } from "../../errors.js";
import { findDefaultNamespace, findTimeout } from "../../settings/settings.js";
import type { Task } from "../command.js";
import { findOption } from "./options.js";

/** Throws `USAGE` for flags and variables that every verb takes and that are not what they should be, or not there yet. */
export function checkGlobalFlags(task: Task): void {
  const { flags } = task;
  const later = flags.names().find((name) => findOption(name)?.later === true);
  if (later !== undefined) throw new CofferError("UNSUPPORTED", `--${later} is not supported yet`);
  const color = flags.text("color");
  if (color !== undefined && !["auto", "always", "never"].includes(color)) {
    throw new CofferError("USAGE", "--color takes auto, always or never");
  }
  findTimeout(task);
  findDefaultNamespace(task);
}
