import { CofferError } from "../../errors.js";
import type { Command } from "../command.js";
import { loadShell } from "../completion/load-shell.js";
import { isShellName, SHELL_NAMES } from "../completion/shell.js";

/** `coffer completion SHELL` */
export const completion: Command = {
  arguments: [{ name: "SHELL", help: SHELL_NAMES.join(", ") }],
  options: [],
  settings: "none",
  notes: [
    "The script asks `coffer` itself at each Tab: for verbs, flags, files, and the names in the store. It uses no key, waits for no store longer than a second, and runs nothing of what was typed or stored.",
  ],
  examples: [
    ['eval "$(coffer completion bash)"', "in ~/.bashrc"],
    ["source <(coffer completion zsh)", "in ~/.zshrc, after compinit"],
    ["coffer completion fish > ~/.config/fish/completions/coffer.fish", "once"],
    ["coffer completion powershell | Out-String | Invoke-Expression", "in $PROFILE"],
  ],
  run: async ({ world, arguments: [name = ""] }) => {
    if (!isShellName(name)) {
      throw new CofferError("USAGE", "there is no completion for that shell", {
        hint: `it is one of ${SHELL_NAMES.join(", ")}`,
      });
    }
    await world.stdout.write((await loadShell(name)).script);
    return 0;
  },
};
