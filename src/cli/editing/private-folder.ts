import { accessSync, constants, lstatSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { World } from "../../world.js";

/** A folder that its owner alone can look into (mode 0700). */
export interface PrivateFolder {
  readonly path: string;
  /** False where it lies on a disk, since the machine has no memory to offer. */
  readonly inMemory: boolean;
  readonly remove: () => void;
}

/**
 * Makes a new folder in memory: in `$XDG_RUNTIME_DIR`, else `/dev/shm`, else where temporary files go. It is removed at the latest when the process ends, unless
 * that is killed (SIGKILL) or the power fails.
 */
export function makePrivateFolder({ env, platform }: World): PrivateFolder {
  const memory = [env.XDG_RUNTIME_DIR, platform === "linux" ? "/dev/shm" : undefined].find(isOurs);
  const path = mkdtempSync(join(memory ?? tmpdir(), "coffer-edit-"));
  const remove = (): void => {
    process.off("exit", remove);
    rmSync(path, { recursive: true, force: true });
  };
  // Also where something throws that nobody catches.
  process.on("exit", remove);
  return { path, inMemory: memory !== undefined, remove };
}

function isOurs(folder: string | undefined): folder is string {
  if (folder === undefined || !isAbsolute(folder)) return false;
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return lstatSync(folder).isDirectory();
  } catch {
    return false;
  }
}
