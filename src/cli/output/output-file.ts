import { constants, promises } from "node:fs";
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
    const handle = await promises.open(draft, "wx", 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    signal.throwIfAborted();
    await promises.rename(draft, file);
  } catch (error) {
    await promises.rm(draft, { force: true });
    throw error;
  }
}

/** Adds to the end of a file that is there, in one write. Throws `USAGE` where the name belongs to a link, a folder or a device. */
export async function appendToFile(file: string, bytes: Uint8Array): Promise<void> {
  await assertReplaceable(file);
  const { O_APPEND, O_NOFOLLOW = 0, O_WRONLY } = constants;
  const handle = await promises.open(file, O_WRONLY | O_APPEND | O_NOFOLLOW);
  try {
    await handle.writeFile(bytes);
  } finally {
    await handle.close();
  }
}

async function assertReplaceable(file: string): Promise<void> {
  const stats = await promises.lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (stats === null || stats.isFile()) return;
  const kind = stats.isSymbolicLink() ? "a symbolic link" : "not a file";
  throw new CofferError("USAGE", `${file} is ${kind}, and is not replaced`, {
    hint: "name a file, or leave -o out and redirect stdout",
  });
}
