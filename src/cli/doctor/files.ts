import { promises, statSync } from "node:fs";
import { join } from "node:path";
import { encodeHex } from "../../core/bytes.js";
import { randomBytes } from "../../core/ciphers.js";
import { makePrivateFolder } from "../../keys/private-folder.js";

/** The mode of a file or folder, in octal, where others have more of it than they should (`forbidden`); null where not, or there is none. */
export function fileFault(path: string, forbidden: number, platform: NodeJS.Platform): string | null {
  // Windows has no such modes: access lists decide there.
  const status = platform === "win32" ? undefined : statSync(path, { throwIfNoEntry: false });
  const mode = (status?.mode ?? 0) & 0o777;
  return (mode & forbidden) === 0 ? null : mode.toString(8);
}

/** True where a folder, which is made if it is missing, takes a file. */
export async function isWritable(folder: string): Promise<boolean> {
  const file = join(folder, `.${encodeHex(randomBytes(8))}`);
  try {
    await makePrivateFolder(folder);
    await promises.writeFile(file, "", { mode: 0o600, flag: "wx" });
    await promises.rm(file);
    return true;
  } catch {
    return false;
  }
}

/** How many things lie in a folder since before a moment; 0 where it is not there. */
export async function countOlder(folder: string, before: Date): Promise<number> {
  const names = await promises.readdir(folder).catch(() => []);
  const ages = await Promise.all(names.map((name) => promises.stat(join(folder, name)).catch(() => null)));
  return ages.filter((status) => status !== null && status.mtime < before).length;
}
