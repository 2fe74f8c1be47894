import type { FileSystem, NewFile } from "../objects/folder/file-system.js";

/** One operation on files: a method's name, `write`, `sync` and `close` being those of a new file. */
export type FileOperation = keyof FileSystem | keyof NewFile;

/**
 * What goes wrong with an operation: it fails with the operating system's code without or after having been done; or
 * the process is killed before it, after it, or (a write) halfway, after which nothing can be done any more.
 */
export type FileFault =
  | { readonly kind: "error" | "error after"; readonly code: string }
  | { readonly kind: "killed" | "killed after" | "killed halfway" };

/** What the killed process's caller would see, if it had not been killed too. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** Wraps files so that operations, counted from 0 in the order in which they begin, fail as the plan says. */
export function faultyFileSystem(
  inner: FileSystem,
  plan: (index: number, operation: FileOperation) => FileFault | undefined,
): FileSystem {
  const operations = new Operations(plan);
  const wrap = <A extends unknown[], R>(operation: FileOperation, action: (...args: A) => Promise<R>) => {
    return (...args: A): Promise<R> => operations.do(operation, () => action(...args));
  };
  return {
    status: (path) => operations.doNow("status", () => inner.status(path)),
    entries: (path) => operations.doNow("entries", () => inner.entries(path)),
    read: (path) => operations.doNow("read", () => inner.read(path)),
    makeFolder: wrap("makeFolder", inner.makeFolder),
    syncFolder: wrap("syncFolder", inner.syncFolder),
    link: wrap("link", inner.link),
    rename: wrap("rename", inner.rename),
    removeFile: wrap("removeFile", inner.removeFile),
    removeFolder: wrap("removeFolder", inner.removeFolder),
    async makeFile(path) {
      const file = await makeOrClose(operations, () => inner.makeFile(path));
      return {
        write: (bytes) =>
          operations.do(
            "write",
            () => file.write(bytes),
            () => file.write(bytes.subarray(0, bytes.byteLength >> 1)),
          ),
        sync: wrap("sync", file.sync),
        close: async () => {
          try {
            await operations.do("close", async () => {});
          } finally {
            await file.close();
          }
        },
      };
    },
  };
}

/** The operating system closes the files of who is killed; so does this, where the file is made but not handed out. */
async function makeOrClose(operations: Operations, make: () => Promise<NewFile>): Promise<NewFile> {
  const made: NewFile[] = [];
  try {
    return await operations.do("makeFile", async () => {
      const file = await make();
      made.push(file);
      return file;
    });
  } catch (error) {
    for (const file of made) await file.close();
    throw error;
  }
}

class Operations {
  readonly #plan: (index: number, operation: FileOperation) => FileFault | undefined;
  #begun = 0;
  #killed = false;

  constructor(plan: (index: number, operation: FileOperation) => FileFault | undefined) {
    this.#plan = plan;
  }

  async do<T>(operation: FileOperation, action: () => Promise<T>, half?: () => Promise<T>): Promise<T> {
    const fault = this.#begin(operation);
    if (fault?.kind === "killed halfway") await half?.();
    if (isBefore(fault)) throw this.#fail(operation, fault);
    const result = await action();
    if (fault !== undefined) throw this.#fail(operation, fault);
    return result;
  }

  doNow<T>(operation: FileOperation, action: () => T): T {
    const fault = this.#begin(operation);
    if (fault !== undefined) throw this.#fail(operation, fault);
    return action();
  }

  #begin(operation: FileOperation): FileFault | undefined {
    if (this.#killed) throw new Killed(`${operation} after the end`);
    const index = this.#begun;
    this.#begun += 1;
    return this.#plan(index, operation);
  }

  #fail(operation: FileOperation, fault: FileFault): Error {
    if ("code" in fault) return Object.assign(new Error(`${fault.code}: planned, ${operation}`), { code: fault.code });
    this.#killed = true;
    return new Killed(`${fault.kind} ${operation}`);
  }
}

function isBefore(fault: FileFault | undefined): fault is FileFault {
  return fault !== undefined && !fault.kind.endsWith(" after");
}
