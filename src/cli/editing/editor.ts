import { realpathSync } from "node:fs";
import { basename, delimiter, join } from "node:path";

/** How an editor is started: the command, what goes before the file, and what is added to its environment. */
export interface Editor {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

// After the user's own settings, so that none of these can be switched on again.
const VIM = [
  "-n",
  "-i",
  "NONE",
  "-c",
  "set nobackup nowritebackup noswapfile nomodeline",
  "-c",
  "silent! set noundofile viminfo=",
];
const NVIM = ["-n", "-i", "NONE", "-c", "set nobackup nowritebackup noswapfile noundofile nomodeline"];
const EMACS = [
  "--eval",
  "(setq make-backup-files nil auto-save-default nil auto-save-list-file-prefix nil create-lockfiles nil kill-buffer-delete-auto-save-files t)",
];

/** What each must be told so that it keeps no copy anywhere: by the name of its program. */
const OPTIONS: readonly (readonly [name: RegExp, args: readonly string[]])[] = [
  [/^n(eo)?vim?(\.exe)?$/, NVIM],
  [/^(g|r|m)?vim?(diff)?([.-](basic|tiny|nox|gtk\d?|athena))?(\.exe)?$/, VIM],
  // Its own settings can name a folder for backups, and cannot be told otherwise: they are not read.
  [/^r?nano(\.exe)?$/, ["--ignorercfiles"]],
  [/^emacs(-[\w.]+)?(\.exe)?$/, EMACS],
];

/**
 * The person's editor (`$VISUAL`, `$EDITOR`, else vi), told to keep swap files, backups and the like nowhere, as far as we know how; temporary files of those
 * that we know go into `folder`. Its words are split at blanks where no shell is needed to read them.
 */
export function findEditor(env: Environment, folder: string, platform: NodeJS.Platform): Editor {
  const line = [env.VISUAL, env.EDITOR].find((text) => text !== undefined && text.trim() !== "") ?? fallback(platform);
  const words = line.trim().split(/\s+/);
  const [program = ""] = words;
  const options = findOptions(program, env);
  const known: Record<string, string> = options === null ? {} : { TMPDIR: folder };
  // nvi copies what is edited to a place from which it can be recovered.
  const around = { ...known, NEXINIT: `set directory=${folder} recdir=${folder}` };
  const isPlain = platform === "win32" || /^[\w@%+=:,./ -]+$/.test(line);
  if (isPlain) return { command: program, args: [...words.slice(1), ...(options ?? [])], env: around };
  return { command: "sh", args: ["-c", `${line} "$@"`, program, ...(options ?? [])], env: around };
}

function fallback(platform: NodeJS.Platform): string {
  return platform === "win32" ? "notepad" : "vi";
}

/** Null for an editor that we do not know. */
function findOptions(program: string, env: Environment): readonly string[] | null {
  const named = basename(program);
  // There are several programs of that name; what is behind it tells which.
  const real = named === "vi" || named === "editor" ? basename(realPathOf(program, env)) : named;
  return real === "vi" ? null : (OPTIONS.find(([name]) => name.test(real))?.[1] ?? null);
}

function realPathOf(program: string, { PATH = "" }: Environment): string {
  const candidates = program.includes("/") ? [program] : PATH.split(delimiter).map((folder) => join(folder, program));
  for (const candidate of candidates) {
    try {
      return realpathSync(candidate);
    } catch {
      // Not there.
    }
  }
  return program;
}
