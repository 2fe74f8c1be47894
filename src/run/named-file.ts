import { closeSync, fchmodSync, fstatSync, lstatSync, openSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { CofferError } from "../errors.js";

/** A file made for a child. */
export interface NamedFile {
  readonly path: string;
  /** Removes it, if it is still the one that was made; to be called once. False if it is there still. */
  remove(): boolean;
  /**
   * Puts another file with these bytes in its place, at one instant for who reads it; false, and nothing is done, if it is not the one
   * that was made any more. Throws as `makeNamedFile`.
   */
  replace(bytes: Uint8Array): boolean;
}

/**
 * Makes a new file that its owner alone can read and write (0600), holding exactly these bytes. All of it happens in
 * one turn of the event loop, so that no signal comes in between.
 *
 * Throws `CONFLICT` where anything has that name already, also a link that leads nowhere; `FAILED` where it cannot be
 * made, or not private. Then nothing is left behind.
 */
export function makeNamedFile(path: string, bytes: Uint8Array): NamedFile {
  // Open as long as it is needed: no other file can get its number meanwhile, and be taken for it.
  let descriptor = create(path);
  const replace = (next: Uint8Array): boolean => {
    if (!isSameOrNone(path, descriptor)) return false;
    const before = descriptor;
    descriptor = renameOver(path, next);
    closeSync(before);
    return true;
  };
  const file = { path, remove: () => remove(path, descriptor), replace };
  try {
    makePrivate(path, descriptor);
    writeFileSync(descriptor, bytes);
    return file;
  } catch (error) {
    file.remove();
    throw error instanceof CofferError ? error : failure(path, error);
  }
}

/** The descriptor of the file that is there then. */
function renameOver(path: string, bytes: Uint8Array): number {
  const draft = `${path}.${process.pid}.new`;
  const descriptor = create(draft);
  try {
    makePrivate(draft, descriptor);
    writeFileSync(descriptor, bytes);
    renameSync(draft, path);
    return descriptor;
  } catch (error) {
    remove(draft, descriptor);
    throw error instanceof CofferError ? error : failure(path, error);
  }
}

function create(path: string): number {
  try {
    // O_EXCL: https://pubs.opengroup.org/onlinepubs/9799919799/functions/open.html says that no link is followed then.
    return openSync(path, "wx", 0o600);
  } catch (error) {
    throw failure(path, error);
  }
}

function makePrivate(path: string, descriptor: number): void {
  if (process.platform === "win32") return;
  // A umask may have taken the owner's own rights away.
  fchmodSync(descriptor, 0o600);
  if ((fstatSync(descriptor).mode & 0o777) === 0o600) return;
  throw new CofferError("FAILED", `cannot keep others from reading ${path}: its file system has no file modes`, {
    hint: "name a path on another disk, or `NAME=fd`",
  });
}

function remove(path: string, descriptor: number): boolean {
  try {
    if (isSame(path, descriptor)) unlinkSync(path);
    return true;
  } catch (error) {
    return codeOf(error) === "ENOENT";
  } finally {
    closeSync(descriptor);
  }
}

function isSameOrNone(path: string, descriptor: number): boolean {
  try {
    return isSame(path, descriptor);
  } catch {
    return false; // The child has removed it.
  }
}

/** What the child put in its place is the child's. */
function isSame(path: string, descriptor: number): boolean {
  const [there, made] = [lstatSync(path, { bigint: true }), fstatSync(descriptor, { bigint: true })];
  // Windows tells the volume's number in two widths, by path and by handle.
  return there.ino === made.ino && (process.platform === "win32" || there.dev === made.dev);
}

function failure(path: string, error: unknown): CofferError {
  const code = codeOf(error);
  if (code === "EEXIST") {
    return new CofferError("CONFLICT", `${path} is there already, and is not replaced`, {
      hint: "remove it, or name another path",
    });
  }
  return new CofferError("FAILED", `cannot make the file ${path} for the program (${code})`, { cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
