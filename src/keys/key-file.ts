import { closeSync, constants, fstatSync, openSync, promises, readSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { decodeBase64url, encodeBase64url, encodeUtf8 } from "../core/bytes.js";
import { KEY_BYTES, randomBytes, sha256 } from "../core/ciphers.js";
import { quote } from "../core/name.js";
import { unwrapKey, wrapKey } from "../core/sealing.js";
import { Sensitive } from "../core/sensitive.js";
import { CofferError } from "../errors.js";
import type { KeyProvider } from "./key-provider.js";
import { makePrivateFolder } from "./private-folder.js";

const LINE = /^coffer-master-key-1 ([A-Za-z0-9_-]{43})\n$/;
const OTHERS = 0o077;
const GROUP_READS = 0o040;

/**
 * Opens a master key that lies in a file (docs/FORMAT.md section 17). Throws `NOT_FOUND` when there is no such file, `ACCESS_DENIED` when others may
 * read it or this user may not, `INVALID` when it is no key file.
 */
export async function openKeyFile(path: string): Promise<KeyProvider> {
  return openMasterKey(await readKeyFile(path), `key-file:${path}`);
}

/** A master key in memory as a provider. `url` says where it came from. */
export function openMasterKey(master: Sensitive, url: string): KeyProvider {
  const fingerprint = sha256(encodeUtf8("coffer master key 1\0"), master.reveal()).subarray(0, 16);
  return {
    url,
    id: `key-file:${encodeBase64url(fingerprint)}`,
    async generate(context, options = {}) {
      options.signal?.throwIfAborted();
      const key = Sensitive.from(randomBytes(KEY_BYTES));
      return { key, wrapped: wrapKey(master, context, key) };
    },
    async wrap(key, context, options = {}) {
      options.signal?.throwIfAborted();
      return wrapKey(master, context, key);
    },
    async unwrap(wrapped, context, options = {}) {
      options.signal?.throwIfAborted();
      const key = unwrapKey(master, context, wrapped);
      if (key !== null) return key;
      throw new CofferError("INTEGRITY", `a data key does not open under ${url} as it should`, {
        hint: "run `coffer verify`; restore what is damaged from a backup",
      });
    },
    async close() {},
  };
}

/** Makes a key file of a new random key, mode 0600. False when there is a file already: it is never replaced. */
export async function createKeyFile(path: string): Promise<boolean> {
  const folder = dirname(resolve(path));
  await translated(path, () => makePrivateFolder(folder));
  // Written whole beside it and linked into place: a second maker at the same moment, or a kill, never leaves half a key.
  const draft = `${path}.${encodeBase64url(randomBytes(9))}.tmp`;
  try {
    await translated(path, () => writeDurably(draft, encodeUtf8(newKeyLine())));
    return await translated(path, () => linkInto(draft, path));
  } finally {
    await translated(path, () => promises.rm(draft, { force: true }));
    await translated(path, () => syncFolder(folder));
  }
}

/** A new random key as a key file's text. */
export function newKeyLine(): string {
  return `coffer-master-key-1 ${encodeBase64url(randomBytes(KEY_BYTES))}\n`;
}

/** The key of a file's text, or null for what is no key file. */
export function parseKeyFile(bytes: Uint8Array): Sensitive | null {
  const digits = LINE.exec(Buffer.from(bytes).toString("latin1"))?.[1];
  const key = digits === undefined ? null : decodeBase64url(digits);
  return key === null ? null : Sensitive.from(key);
}

async function readKeyFile(path: string): Promise<Sensitive> {
  const key = parseKeyFile(await translated(path, async () => readPrivate(path)));
  if (key === null) {
    throw new CofferError("INVALID", `${quote(path)} is no key file of Coffer`, {
      hint: "restore it from your backup, or name another with --key",
    });
  }
  return key;
}

// Every verb begins with this, and a handful of synchronous calls costs a tenth of what promises do: they start Node's threads first.
function readPrivate(path: string): Uint8Array {
  // Without waiting for somebody to write into it, should it be a named pipe. Windows has neither.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = fstatSync(file);
    // A folder, a pipe: no text that could be a key.
    if (!status.isFile()) return new Uint8Array(0);
    const { mode } = status;
    // Windows has no such modes: access lists decide there.
    if (process.platform !== "win32" && (mode & OTHERS) !== 0 && !isCredential(path, mode)) {
      throw new CofferError(
        "ACCESS_DENIED",
        `the key file ${quote(path)} can be read by others (mode ${(mode & 0o777).toString(8)})`,
        {
          hint: `chmod 600 ${quoteForShell(path)}`,
        },
      );
    }
    const buffer = Buffer.alloc(128);
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.byteLength, 0));
  } finally {
    closeSync(file);
  }
}

/**
 * True for a file that systemd hands to one service: from version 254 on that user's right to read it is in an access list, whose mask is where the
 * group's mode is otherwise (0440). https://github.com/systemd/systemd/issues/29435
 */
function isCredential(path: string, mode: number): boolean {
  const folder = process.env.CREDENTIALS_DIRECTORY;
  return (
    folder !== undefined &&
    folder !== "" &&
    dirname(resolve(path)) === resolve(folder) &&
    (mode & OTHERS) === GROUP_READS
  );
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await promises.open(path, "wx", 0o600);
  try {
    await file.writeFile(bytes);
    await file.chmod(0o600);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function linkInto(draft: string, path: string): Promise<boolean> {
  try {
    await promises.link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders.
  if (process.platform === "win32") return;
  const handle = await promises.open(folder, constants.O_RDONLY);
  await handle.sync().finally(() => handle.close());
}

async function translated<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof CofferError) throw error;
    throw explain(path, error);
  }
}

function explain(path: string, cause: unknown): CofferError {
  const shown = `the key file ${quote(path)}`;
  switch (codeOf(cause)) {
    case "ENOENT":
    case "ENOTDIR":
      return new CofferError("NOT_FOUND", `${shown} is not there`, {
        hint: "restore it from your backup; for a new store: coffer init",
        cause,
      });
    case "EACCES":
    case "EPERM":
      return new CofferError("ACCESS_DENIED", `${shown} cannot be reached by this user`, { cause });
    default:
      return new CofferError("FAILED", `${shown} cannot be read or made (${codeOf(cause) ?? "unknown"})`, { cause });
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

function quoteForShell(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
