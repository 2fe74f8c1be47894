import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  promises,
  readdirSync,
  readFileSync,
  type Stats,
} from "node:fs";

/** What stands under a name, a symbolic link not being followed. */
export type Kind = "file" | "folder" | "other";

export interface Status {
  readonly kind: Kind;
  /** Device and number of the file itself: equal for two names of one file. */
  readonly id: string;
  /** When its content last changed, in ms since 1970 by the disk's clock. */
  readonly modified: number;
}

export interface Entry {
  readonly name: string;
  readonly kind: Kind;
}

/** A file that was just made and has nothing in it. */
export interface NewFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Returns when the content is on the disk for good. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Every operation of the folder driver on files, so that tests can let each of them fail. Throws errors of Node's kind
 * (`code`: ENOSPC, EACCES …).
 *
 * Reading is synchronous: a head of 20 KB takes 40 µs that way and 450 µs through promises (Node 20, ext4, cached).
 * Writing waits for the disk and lets others run meanwhile; Node's promises for that are loaded when they are first asked for (2 ms).
 */
export interface FileSystem {
  /** Null when there is nothing. */
  status(path: string): Status | null;
  /** What is in a folder, in no order; null when it is not there. */
  entries(path: string): readonly Entry[] | null;
  /** A file's whole content; null when it is not there, `"not a file"` for a link, a folder, a pipe and the like. */
  read(path: string): Uint8Array | "not a file" | null;

  /** Makes a folder that only its owner may enter; false when there is something of that name. */
  makeFolder(path: string): Promise<boolean>;
  /** Makes a file that only its owner may read; EEXIST when there is something of that name, be it a link to nowhere. */
  makeFile(path: string): Promise<NewFile>;
  /** Returns when the names in the folder are on the disk for good. */
  syncFolder(path: string): Promise<void>;
  /** Gives a file a second name; EEXIST when that is taken. */
  link(path: string, newPath: string): Promise<void>;
  rename(path: string, newPath: string): Promise<void>;
  removeFile(path: string): Promise<void>;
  removeFolder(path: string): Promise<void>;
}

// Windows has neither; there a link's target is refused by the look at its status alone.
const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants;

/** The operating system's files. */
export const nodeFileSystem: FileSystem = {
  status(path) {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    return { kind: kindOf(stats), id: `${stats.dev}:${stats.ino}`, modified: stats.mtimeMs };
  },

  entries(path) {
    const entries = nullIfAbsent(() => readdirSync(path, { withFileTypes: true }));
    return entries?.map((entry) => ({ name: entry.name, kind: kindOf(entry) })) ?? null;
  },

  read(path) {
    if (O_NOFOLLOW === 0 && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return "not a file";
    // Without O_NONBLOCK, opening a pipe waits for somebody to write into it.
    const file = openToRead(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (typeof file !== "number") return file;
    try {
      return fstatSync(file).isFile() ? readFileSync(file) : "not a file";
    } finally {
      closeSync(file);
    }
  },

  async makeFolder(path) {
    try {
      await promises.mkdir(path, 0o700);
      return true;
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      throw error;
    }
  },

  async makeFile(path) {
    // "x" does not follow a link either. The umask can only take away from the mode, never add to it.
    const file = await promises.open(path, "wx", 0o600);
    return { write: (bytes) => file.writeFile(bytes), sync: () => file.sync(), close: () => file.close() };
  },

  async syncFolder(path) {
    // Windows does not open folders; NTFS has a journal for the names in them.
    if (process.platform === "win32") return;
    const folder = await promises.open(path, "r");
    try {
      await folder.sync();
    } catch (error) {
      // "Not a thing that can be synced": some network and user-space file systems know it of files only.
      if (!["EINVAL", "ENOTSUP", "EISDIR"].includes(errorCode(error) ?? "")) throw error;
    } finally {
      await folder.close();
    }
  },

  link: (path, newPath) => promises.link(path, newPath),
  rename: (path, newPath) => promises.rename(path, newPath),
  removeFile: (path) => promises.unlink(path),
  removeFolder: (path) => promises.rmdir(path),
};

/** The operating system's word for what went wrong (`ENOSPC`), or undefined where it was not the operating system. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function kindOf(entry: Stats | Dirent): Kind {
  if (entry.isFile()) return "file";
  return entry.isDirectory() ? "folder" : "other";
}

function openToRead(path: string, flags: number): number | "not a file" | null {
  try {
    return nullIfAbsent(() => openSync(path, flags));
  } catch (error) {
    // A link under O_NOFOLLOW is ELOOP on Linux and macOS, EMLINK on FreeBSD; a socket is ENXIO.
    if (["ELOOP", "EMLINK", "ENXIO"].includes(errorCode(error) ?? "")) return "not a file";
    throw error;
  }
}

function nullIfAbsent<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}
