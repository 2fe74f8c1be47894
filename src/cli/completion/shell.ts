import type { Answer, Word } from "./answer.js";

/** How one shell asks, and how it wants to be answered. */
export interface Shell {
  /** What `coffer completion` prints: it calls `coffer __complete` and never evaluates what was typed or what came back. */
  readonly script: string;
  /** The words behind `coffer`, from what the script hands over; the last is the one that is typed. Null where there is nothing to say. */
  readonly readWords: (handed: readonly string[]) => readonly Word[] | null;
  /** What the script reads. */
  readonly render: (answer: Answer, handed: readonly string[]) => string;
}

export const SHELL_NAMES = ["bash", "zsh", "fish", "powershell"] as const;

export type ShellName = (typeof SHELL_NAMES)[number];

export function isShellName(name: string): name is ShellName {
  return SHELL_NAMES.some((known) => known === name);
}
