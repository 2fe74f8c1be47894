import type { Shell, ShellName } from "./shell.js";

/** Loads the one shell that is asked for. */
export async function loadShell(name: ShellName): Promise<Shell> {
  switch (name) {
    case "bash":
      return (await import("./bash.js")).bash;
    case "zsh":
      return (await import("./zsh.js")).zsh;
    case "fish":
      return (await import("./fish.js")).fish;
    case "powershell":
      return (await import("./powershell.js")).powershell;
  }
}
