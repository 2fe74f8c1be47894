import type { Command } from "../command.js";
import { findCandidates } from "../completion/candidates.js";
import { loadShell } from "../completion/load-shell.js";
import { isShellName } from "../completion/shell.js";

/** `coffer __complete SHELL -- WORD…`: what the scripts of `coffer completion` call. Whatever fails, it is silent: somebody is typing. */
export const complete: Command = {
  arguments: [
    { name: "SHELL", help: "the shell that asks" },
    { name: "WORD", help: "what that shell hands over", optional: true, repeats: true },
  ],
  options: [],
  settings: "none",
  examples: [],
  run: async (task) => {
    const [name = "", ...handed] = task.arguments;
    if (!isShellName(name)) return 0;
    try {
      const shell = await loadShell(name);
      const words = shell.readWords(handed);
      const answer = words === null ? ({ kind: "files" } as const) : await findCandidates(task, words);
      await task.world.stdout.write(shell.render(answer, handed));
    } catch {
      // No names, no reader, no store: then there is nothing to offer.
    }
    return 0;
  },
};
