import { promises } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder that only its owner can enter (mode 0700), and what is missing above it; nothing where it is there. Throws the system's error.
 *
 * One by one, since Node's own `recursive` never comes back from places like /proc, where a folder is missing and cannot be made.
 */
export async function makePrivateFolder(path: string): Promise<void> {
  if (await isMade(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makePrivateFolder(parent);
  await promises.mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if (codeOf(error) !== "EEXIST") throw error;
  });
}

async function isMade(path: string): Promise<boolean> {
  try {
    await promises.mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return true;
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
