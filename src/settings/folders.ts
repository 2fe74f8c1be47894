import { posix, win32 } from "node:path";
import type { Lookup } from "./lookup.js";

/** Where things of ours lie when nobody says otherwise; null where there is no home to put them in. */
export interface Folders {
  /** `~`; null where there is none. */
  readonly home: string | null;
  /** The built-in store. */
  readonly vault: string | null;
  /** The built-in master key. */
  readonly masterKey: string | null;
  /** This person's configuration file. */
  readonly configuration: string | null;
  /** What this person's commands remember of the heads they have seen. */
  readonly heads: string | null;
  /** As whom AWS knows the access keys that this person writes with. */
  readonly signers: string | null;
  /** Which storage, that is none of AWS's, was seen to keep the conditions of writes. */
  readonly tried: string | null;
  /** Which project files this person trusts. */
  readonly trust: string | null;
}

/**
 * The platform's folders: XDG's on Linux and the like, whose variables count only where they are absolute
 * (https://specifications.freedesktop.org/basedir-spec/latest/), `~/Library/Application Support` on macOS, `%APPDATA%` and
 * `%LOCALAPPDATA%` on Windows.
 */
export function findFolders({ env, platform }: Pick<Lookup["world"], "env" | "platform">): Folders {
  const paths = platform === "win32" ? win32 : posix;
  const absolute = (value: string | undefined): string | null =>
    value !== undefined && paths.isAbsolute(value) ? value : null;
  const home = absolute(platform === "win32" ? env.USERPROFILE : env.HOME);
  const below = (...parts: readonly string[]): string | null => (home === null ? null : paths.join(home, ...parts));
  const [data, config, state] = ((): readonly (string | null)[] => {
    if (platform === "win32") {
      const local = absolute(env.LOCALAPPDATA) ?? below("AppData", "Local");
      return [local, absolute(env.APPDATA) ?? below("AppData", "Roaming"), local];
    }
    if (platform === "darwin") return Array<string | null>(3).fill(below("Library", "Application Support"));
    return [
      absolute(env.XDG_DATA_HOME) ?? below(".local", "share"),
      absolute(env.XDG_CONFIG_HOME) ?? below(".config"),
      absolute(env.XDG_STATE_HOME) ?? below(".local", "state"),
    ];
  })();
  const inside = (folder: string | null | undefined, name: string): string | null =>
    folder == null ? null : paths.join(folder, "coffer", name);
  return {
    home,
    vault: inside(data, "vault"),
    masterKey: inside(config, "master.key"),
    configuration: inside(config, "config.toml"),
    heads: inside(state, "heads"),
    signers: inside(state, "signers"),
    tried: inside(state, "tried"),
    trust: inside(state, "trust"),
  };
}
