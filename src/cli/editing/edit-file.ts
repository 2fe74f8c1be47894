import { lstatSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { runChild } from "../../run/run-child.js";
import { isTerminal } from "../../run/terminal.js";
import type { Task } from "../command.js";
import { say } from "../output/render.js";
import { findEditor } from "./editor.js";
import { makePrivateFolder } from "./private-folder.js";
import type { Stopping } from "./stopping.js";

/**
 * Lets a person change a text in the editor, in a file that nobody else can read and that is gone afterwards. Throws `INTERRUPTED` where a signal ended it,
 * `FAILED` where the editor did not end well.
 */
export async function editFile(
  task: Task,
  { text, name, stopping }: { readonly text: Sensitive; readonly name: string; readonly stopping: Stopping },
): Promise<Sensitive> {
  const { world } = task;
  const folder = makePrivateFolder(world);
  try {
    if (!folder.inMemory) await say(task, `there is no folder in memory: the text lies in ${folder.path} meanwhile`);
    const file = join(folder.path, name);
    writeFileSync(file, text.reveal(), { flag: "wx", mode: 0o600 });
    const { command, args, env } = findEditor(world.env, folder.path, world.platform);
    const stdio = [0, isTerminal(1) ? 1 : 2, 2] as const;
    const child = { command, args: [...args, file], env: { ...environmentOf(world.env), ...env }, stdio: [...stdio] };
    const ended = await stopping.during(folder.remove, () => runChild(child));
    if ("error" in ended) throw ended.error;
    if (ended.code !== 0) {
      throw new CofferError("FAILED", `the editor ended with ${ended.code}`, { hint: "nothing was changed" });
    }
    return readBack(file);
  } finally {
    folder.remove();
  }
}

/** What the editor inherits: nothing that is Coffer's own, a passphrase above all. */
function environmentOf(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || /^COFFER_/i.test(name) ? [] : [[name, value] as const],
    ),
  );
}

function readBack(file: string): Sensitive {
  const isFile = lstatSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  if (!isFile) throw new CofferError("FAILED", "the editor left no file", { hint: "nothing was changed" });
  return Sensitive.from(readFileSync(file));
}
