import { dirname, join } from "node:path";
import { contradiction } from "./failure.js";
import { errorCode, type FileSystem } from "./file-system.js";

/**
 * The folders of a store, by their names below its root. The root may be a symbolic link; below it none is followed:
 * it would lead whoever writes next out of the store.
 */
export class Folders {
  readonly root: string;
  readonly #files: FileSystem;
  // Folders whose name is on the disk for good. Another process may have been killed before it saw to that.
  readonly #durable = new Set<string>();

  constructor(root: string, files: FileSystem) {
    this.root = root;
    this.#files = files;
  }

  /** False when it is not there. Throws `INTEGRITY` when it, or what is above it, is anything but a folder. */
  exists(names: readonly string[]): boolean {
    let path = this.root;
    return names.every((name) => {
      path = join(path, name);
      return this.#isFolder(path);
    });
  }

  /** Makes the folder, the root and what is between them where they are missing. */
  async make(names: readonly string[]): Promise<string> {
    await this.#secureRoot();
    let path = this.root;
    for (const name of names) {
      path = join(path, name);
      if (this.#isFolder(path)) continue;
      this.#durable.delete(path);
      await this.#files.makeFolder(path);
      this.#isFolder(path);
    }
    return path;
  }

  /** Makes the folder, and returns when no power failure can take it away any more. */
  async secure(names: readonly string[]): Promise<string> {
    await this.make(names);
    return this.keep(names);
  }

  /** Returns when no power failure can take the folder, which is there, away any more. */
  async keep(names: readonly string[]): Promise<string> {
    await this.#secureRoot();
    let path = this.root;
    for (const name of names) {
      const parent = path;
      path = join(path, name);
      if (this.#durable.has(path)) continue;
      await this.#files.syncFolder(parent);
      this.#durable.add(path);
    }
    return path;
  }

  #isFolder(path: string): boolean {
    const status = this.#files.status(path);
    if (status === null) return false;
    if (status.kind === "folder") return true;
    throw contradiction(
      `${path} should be a folder and is ${status.kind === "file" ? "a file" : "a link or a device"}`,
    );
  }

  /**
   * Makes the root last, when all above it is there for good. So where there is a root, only its own name may still be
   * in want of that.
   */
  async #secureRoot(): Promise<void> {
    if (this.#durable.has(this.root)) return;
    const paths = this.#files.status(this.root) === null ? pathsDownTo(this.root) : [this.root];
    for (const path of paths) {
      const made = this.#files.status(path) === null && (await this.#files.makeFolder(path));
      await this.#secureName(path, made);
    }
    this.#durable.add(this.root);
  }

  async #secureName(path: string, made: boolean): Promise<void> {
    try {
      await this.#files.syncFolder(dirname(path));
    } catch (error) {
      // A folder that we may pass through but not look into. It is the system's, not one that a killed process of ours made.
      if (made || errorCode(error) !== "EACCES") throw error;
    }
  }
}

/** `/a`, `/a/b` and `/a/b/c` for the last. */
function pathsDownTo(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...pathsDownTo(parent), path];
}
