import { spawnSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { unlinkedFolders } from "../unlinked-file.js";

/** A pipe to a child: it writes to `writable`, we read from `readable`, which does not block. */
export interface OutputPipe {
  readonly readable: number;
  readonly writable: number;
}

/**
 * Makes two pipes that are pipes. What Node itself puts between itself and a child is a pair of sockets, and those cannot be opened
 * anew: `echo >/dev/stderr` fails with one, in every shell script that says it. Their names are gone before anybody writes.
 *
 * Null where there is no `mkfifo`, as on Windows, and no folder that takes one.
 */
export function makeOutputPipes(): readonly [OutputPipe, OutputPipe] | null {
  if (process.platform === "win32") return null;
  for (const folder of unlinkedFolders(process.env.XDG_RUNTIME_DIR, process.platform)) {
    try {
      return makeIn(folder);
    } catch {
      // The next one may do.
    }
  }
  return null;
}

function makeIn(folder: string): [OutputPipe, OutputPipe] {
  const own = mkdtempSync(join(folder, "coffer-"));
  const opened: number[] = [];
  try {
    const paths = [join(own, "1"), join(own, "2")] as const;
    const { status } = spawnSync("mkfifo", ["-m", "600", ...paths], {
      stdio: "ignore",
      env: { PATH: process.env.PATH },
    });
    if (status !== 0) throw new Error("mkfifo made none");
    const open = (path: string): OutputPipe => {
      // In this order neither waits for the other end.
      const readable = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      opened.push(readable);
      const writable = openSync(path, constants.O_WRONLY);
      opened.push(writable);
      return { readable, writable };
    };
    return [open(paths[0]), open(paths[1])];
  } catch (error) {
    for (const descriptor of opened) closeSync(descriptor);
    throw error;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}
