import { lstat, mkdir, open, readFile, realpath, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { encodeHex } from "../../core/bytes.js";
import { randomBytes } from "../../core/ciphers.js";
import type { Step } from "./wiring.js";

/** A configuration file as text; empty where there is none. */
export async function readConfigurationFile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

/** Writes it whole, with the mode that it had (0600 where it is new). Who keeps it behind a symbolic link goes on doing so. */
export function fileStep(file: string, text: string, shown: string): Step {
  return {
    shown,
    act: async () => {
      await mkdir(dirname(file), { recursive: true });
      const target = await findTarget(file);
      const draft = `${target}.${encodeHex(randomBytes(6))}`;
      try {
        const handle = await open(draft, "wx", (await findMode(target)) ?? 0o600);
        await handle.writeFile(text).finally(() => handle.close());
        await rename(draft, target);
      } finally {
        await rm(draft, { force: true });
      }
    },
  };
}

async function findTarget(file: string): Promise<string> {
  return (await findMode(file)) === null ? file : realpath(file);
}

async function findMode(file: string): Promise<number | null> {
  try {
    return (await lstat(file)).mode & 0o777;
  } catch {
    return null;
  }
}
