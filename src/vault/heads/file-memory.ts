import { promises, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { encodeBase64url, encodeHex, encodeUtf8 } from "../../core/bytes.js";
import { randomBytes, sha256 } from "../../core/ciphers.js";
import { commitId, epoch, keyId, nonce, sequence } from "../../core/documents/fields.js";
import { object, text } from "../../core/documents/shape.js";
import { CofferError } from "../../errors.js";
import { makePrivateFolder } from "../../keys/private-folder.js";
import type { HeadMemory, RememberedHead } from "./contract.js";

const remembered = object({ store: nonce, epoch, key: keyId, sequence, commit: commitId, masterKey: text(1, 2048) });

/**
 * What this user has seen of stores, as small files below a folder: one for each store URL and namespace. The folder is made when there is
 * something to keep.
 */
export function openFileMemory(folder: string): HeadMemory {
  const folderOf = (url: string): string => join(folder, digest(url));
  const headFile = (url: string, namespace: string): string => join(folderOf(url), `${digest(namespace)}.json`);
  const storeFile = (url: string): string => join(folderOf(url), "store.json");
  const memory: HeadMemory = {
    async findStore(url) {
      const found = readJson(storeFile(url));
      return found === undefined ? null : parse(() => object({ store: nonce })(found, "it").store, storeFile(url));
    },
    async find(url, namespace) {
      const file = headFile(url, namespace);
      const found = readJson(file);
      return found === undefined ? null : parse(() => remembered(found, "it"), file);
    },
    async save(url, namespace, head) {
      try {
        if (head === null) await promises.rm(headFile(url, namespace), { force: true });
        else await writeHead(url, namespace, head);
        return true;
      } catch {
        return false;
      }
    },
  };
  return memory;

  async function writeHead(url: string, namespace: string, head: RememberedHead): Promise<void> {
    // Url and namespace are for the person who looks at the file.
    await writeJson(headFile(url, namespace), { url, namespace, ...head });
    if ((await memory.findStore(url)) !== head.store) await writeJson(storeFile(url), { url, store: head.store });
  }
}

/** Undefined where there is nothing. */
function readJson(file: string): unknown {
  const source = readText(file);
  // A power cut may leave a file of nothing: it says as much as none.
  if (source === null || /^\0*$/.test(source)) return undefined;
  return parse(() => JSON.parse(source), file);
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES") return null;
    throw error;
  }
}

async function writeJson(file: string, value: object): Promise<void> {
  await makePrivateFolder(dirname(file));
  const draft = `${file}.${encodeBase64url(randomBytes(9))}`;
  try {
    await promises.writeFile(draft, `${JSON.stringify(value)}\n`, { mode: 0o600, flag: "wx" });
    await promises.rename(draft, file);
  } catch (error) {
    await promises.rm(draft, { force: true });
    throw error;
  }
}

function parse<T>(read: () => T, file: string): T {
  try {
    return read();
  } catch (cause) {
    throw new CofferError("FAILED", `what is remembered in ${file} cannot be understood`, {
      hint: "if you know why it changed, remove that file; the next read remembers anew",
      cause,
    });
  }
}

function digest(text: string): string {
  return encodeHex(sha256(encodeUtf8(text))).slice(0, 32);
}
