import { posixShell } from "./posix-shell.js";

/** https://www.gnu.org/software/bash/manual/bash.html#Bash-Variables, as far as it says "read-only", "assignments have no effect" and the like. */
export const KEPT_BY_BASH = `_ BASHOPTS BASHPID BASH_ALIASES BASH_ARGC BASH_ARGV BASH_ARGV0 BASH_CMDS BASH_COMMAND BASH_LINENO BASH_SOURCE
  BASH_SUBSHELL BASH_VERSINFO COMP_WORDBREAKS DIRSTACK EPOCHREALTIME EPOCHSECONDS EUID FUNCNAME GROUPS HISTCMD LINENO OPTIND PIPESTATUS PPID
  RANDOM SECONDS SHELLOPTS SHLVL SRANDOM UID`;

export const bash = posixShell("bash", KEPT_BY_BASH);
