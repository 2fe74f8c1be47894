import { posixShell } from "./posix-shell.js";

/**
 * https://zsh.sourceforge.io/Doc/Release/Parameters.html, as far as it says "special", "integer" or "array", and the parameters of the module
 * zsh/parameter. To assign to some of them, USERNAME or UID, changes who the shell runs as.
 */
export const zsh = posixShell(
  "zsh",
  `_ ARGC COLUMNS EGID EPOCHREALTIME EPOCHSECONDS ERRNO EUID FUNCNEST GID HISTCHARS HISTCMD HISTNO HISTSIZE KEYBOARD_HACK KEYTIMEOUT LINENO
  LINES LISTMAX LOGCHECK MAILCHECK OPTIND PPID RANDOM SAVEHIST SECONDS SHLVL TRY_BLOCK_ERROR TRY_BLOCK_INTERRUPT TTYIDLE UID USERNAME
  WATCH ZSH_EVAL_CONTEXT ZSH_SUBSHELL aliases argv builtins cdpath commands dirstack dis_aliases dis_builtins dis_functions
  dis_functions_source dis_galiases dis_patchars dis_reswords dis_saliases epochtime errnos fignore fpath funcfiletrace funcsourcetrace
  funcstack functions functions_source functrace galiases histchars history historywords jobdirs jobstates jobtexts keymaps langinfo
  mailpath mapfile manpath module_path modules nameddirs options parameters patchars path pipestatus psvar reswords saliases signals status
  sysparams termcap terminfo userdirs usergroups watch widgets zsh_eval_context zsh_scheduled_events`,
);
