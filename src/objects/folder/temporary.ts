import { join } from "node:path";
import { encodeHex } from "../../core/bytes.js";
import { randomBytes } from "../../core/ciphers.js";
import type { FileSystem } from "./file-system.js";
import type { Folders } from "./folders.js";

// Not a name that a key could have: those begin with `_`.
const FOLDER = "tmp";
const DAY = 24 * 60 * 60 * 1000;

/** A name that nobody else has, in this process or any other. */
export function uniqueName(): string {
  return encodeHex(randomBytes(16));
}

/** Writes a new file; when it returns, the content is on the disk for good (the name is once its folder was synced). */
export async function writeNewFile(files: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const file = await files.makeFile(path);
  try {
    await file.write(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * The part of a store's folder where things are made before they are moved, whole, to where readers look. What killed
 * processes left there is swept once it is a day old.
 */
export class Temporary {
  readonly #folders: Folders;
  readonly #files: FileSystem;
  readonly #now: () => number;
  #swept = false;

  constructor(folders: Folders, files: FileSystem, now: () => number) {
    this.#folders = folders;
    this.#files = files;
    this.#now = now;
  }

  /** A path for a new file or folder. The first time, it also sweeps: on a full disk that may be what makes room. */
  async path(): Promise<string> {
    const folder = await this.#folders.make([FOLDER]);
    if (!this.#swept) {
      this.#swept = true;
      await this.#sweep(folder);
    }
    return join(folder, uniqueName());
  }

  /** Removes a file, or a folder of files, as far as that goes: what stays is swept another day. */
  async discard(path: string): Promise<void> {
    try {
      await this.#remove(path);
    } catch {
      // Nobody reads what lies here, so that the caller's result stands.
    }
  }

  async #sweep(folder: string): Promise<void> {
    try {
      for (const { name } of this.#files.entries(folder) ?? []) await this.#sweepEntry(join(folder, name));
    } catch {
      // Somebody else may sweep at the same time; and a put must not fail for what another one left.
    }
  }

  /**
   * Nobody is a day between making something here and moving it away, unless the machine slept or a clock is wrong. So a folder is
   * taken in one step: its maker then finds nothing to move and fails, where a folder half emptied would become an object.
   */
  async #sweepEntry(path: string): Promise<void> {
    const status = this.#files.status(path);
    if (status === null || this.#now() - status.modified <= DAY) return;
    if (status.kind !== "folder") return this.#files.removeFile(path);
    const taken = join(path, "..", uniqueName());
    await this.#files.rename(path, taken);
    await this.#remove(taken);
  }

  async #remove(path: string): Promise<void> {
    const status = this.#files.status(path);
    if (status === null) return;
    if (status.kind !== "folder") return this.#files.removeFile(path);
    for (const { name } of this.#files.entries(path) ?? []) await this.#files.removeFile(join(path, name));
    await this.#files.removeFolder(path);
  }
}
