import { KEPT_BY_BASH } from "./bash.js";
import { posixShell } from "./posix-shell.js";

/** For whatever `sh` is: dash, BusyBox, or bash, which keeps the most for itself. */
export const sh = posixShell("sh", KEPT_BY_BASH);
