import { lstat, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { encodeHex } from "../../core/bytes.js";
import { randomBytes } from "../../core/ciphers.js";
import { CofferError } from "../../errors.js";

/**
 * Writes a file whole or not at all, readable by its owner alone, in the place of one that may be there. Throws `USAGE` where the name
 * belongs to a link, a folder or a device: what is behind it must not be replaced or read by others.
 */
export async function writeOutputFile(file: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  await assertReplaceable(file);
  const draft = join(dirname(file), `.${basename(file)}.${encodeHex(randomBytes(6))}.tmp`);
  try {
    const handle = await open(draft, "wx", 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    signal.throwIfAborted();
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function assertReplaceable(file: string): Promise<void> {
  const stats = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (stats === null || stats.isFile()) return;
  const kind = stats.isSymbolicLink() ? "a symbolic link" : "not a file";
  throw new CofferError("USAGE", `${file} is ${kind}, and is not replaced`, {
    hint: "name a file, or leave -o out and redirect stdout",
  });
}
