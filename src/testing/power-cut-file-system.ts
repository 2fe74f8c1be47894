import { basename, dirname } from "node:path";
import type { Entry, FileSystem, NewFile } from "../objects/folder/file-system.js";

interface File {
  readonly kind: "file";
  readonly id: string;
  bytes: Uint8Array;
  /** What the disk has for good. */
  synced: Uint8Array;
}

interface Folder {
  readonly kind: "folder";
  readonly id: string;
  names: Map<string, File | Folder>;
  synced: Map<string, File | Folder>;
  /** The changes of names since the folder was last synced, oldest first. */
  changes: Change[];
}

/** One change of names, in one folder or two, that journals make whole or not at all. */
type Change = (names: (folder: Folder) => Map<string, File | Folder>) => void;

/** A disk in memory whose power can fail. */
export interface PowerCutFileSystem extends FileSystem {
  /**
   * Cuts the power and switches it on again. Of what was not synced, each change of a folder's names, in order, is kept or lost as
   * `keep` says, and each file's content is cut where `keep` says no. What was synced is kept.
   */
  cutPower(keep: () => boolean): void;
}

/**
 * A disk that does no more than POSIX and the journals of today's file systems promise: content is there for good
 * once the file was synced, a name once its folder was; renaming and linking happen wholly or not at all. Everything
 * lies below `/`, which is there already.
 */
export function powerCutFileSystem(): PowerCutFileSystem {
  return new MemoryDisk();
}

class MemoryDisk implements PowerCutFileSystem {
  readonly #root: Folder = { kind: "folder", id: "0", names: new Map(), synced: new Map(), changes: [] };
  #made = 0;

  status = (path: string): ReturnType<FileSystem["status"]> => {
    const found = this.#find(path);
    return found && { kind: found.kind, id: found.id, modified: 0 };
  };

  entries = (path: string): readonly Entry[] | null => {
    const found = this.#find(path);
    return found?.kind === "folder" ? [...found.names].map(([name, { kind }]) => ({ name, kind })) : null;
  };

  read = (path: string): ReturnType<FileSystem["read"]> => {
    const found = this.#find(path);
    return found?.kind === "folder" ? "not a file" : (found?.bytes.slice() ?? null);
  };

  makeFolder = async (path: string): Promise<boolean> => {
    if (this.#find(path) !== null) return false;
    const names = new Map();
    this.#add(path, { kind: "folder", id: this.#newId(), names, synced: new Map(), changes: [] });
    return true;
  };

  makeFile = async (path: string): Promise<NewFile> => {
    if (this.#find(path) !== null) throw failure("EEXIST");
    const file: File = { kind: "file", id: this.#newId(), bytes: new Uint8Array(), synced: new Uint8Array() };
    this.#add(path, file);
    return {
      write: async (bytes) => {
        file.bytes = bytes.slice();
      },
      sync: async () => {
        file.synced = file.bytes;
      },
      close: async () => {},
    };
  };

  syncFolder = async (path: string): Promise<void> => {
    const folder = this.#folder(path);
    for (const change of folder.changes) change((each) => each.synced);
    folder.changes = [];
  };

  link = async (path: string, newPath: string): Promise<void> => {
    if (this.#find(newPath) !== null) throw failure("EEXIST");
    this.#add(newPath, this.#get(path));
  };

  rename = async (path: string, newPath: string): Promise<void> => {
    const moved = this.#get(path);
    const there = this.#find(newPath);
    if (there?.kind === "folder" && there.names.size > 0) throw failure("ENOTEMPTY");
    const from = this.#folder(dirname(path));
    const to = this.#folder(dirname(newPath));
    this.#change(to, (names) => {
      names(from).delete(basename(path));
      names(to).set(basename(newPath), moved);
    });
  };

  removeFile = async (path: string): Promise<void> => {
    this.#get(path);
    const folder = this.#folder(dirname(path));
    this.#change(folder, (names) => names(folder).delete(basename(path)));
  };

  removeFolder = (path: string): Promise<void> => this.removeFile(path);

  cutPower(keep: () => boolean): void {
    this.#restore(this.#root, keep);
  }

  #restore(folder: Folder, keep: () => boolean): void {
    for (const change of folder.changes) if (keep()) change((each) => each.synced);
    folder.changes = [];
    for (const child of folder.synced.values()) {
      if (child.kind === "folder") this.#restore(child, keep);
      else if (!keep()) child.bytes = child.synced;
      else child.synced = child.bytes;
    }
    folder.names = new Map(folder.synced);
  }

  #add(path: string, child: File | Folder): void {
    const folder = this.#folder(dirname(path));
    this.#change(folder, (names) => names(folder).set(basename(path), child));
  }

  #change(folder: Folder, change: Change): void {
    change((each) => each.names);
    folder.changes.push(change);
  }

  #find(path: string): File | Folder | null {
    if (path === "/") return this.#root;
    const parent = this.#find(dirname(path));
    return parent?.kind === "folder" ? (parent.names.get(basename(path)) ?? null) : null;
  }

  #get(path: string): File | Folder {
    const found = this.#find(path);
    if (found === null) throw failure("ENOENT");
    return found;
  }

  #folder(path: string): Folder {
    const found = this.#get(path);
    if (found.kind !== "folder") throw failure("ENOTDIR");
    return found;
  }

  #newId(): string {
    this.#made += 1;
    return String(this.#made);
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
