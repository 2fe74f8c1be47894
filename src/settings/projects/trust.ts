import { promises, readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeBase64url, encodeHex, encodeUtf8 } from "../../core/bytes.js";
import { randomBytes, sha256 } from "../../core/ciphers.js";
import { CofferError } from "../../errors.js";
import { makePrivateFolder } from "../../keys/private-folder.js";

/** The SHA-256, in hex, of the bytes of a project file that somebody has seen and trusts. */
export type Digest = string;

export function digestOf(bytes: Uint8Array): Digest {
  return encodeHex(sha256(bytes));
}

/** The digest under which the file of this path is trusted, or null. What cannot be understood is no trust. */
export function findTrust(folder: string, file: string): Digest | null {
  try {
    const [path, digest] = readFileSync(recordOf(folder, file), "utf8").split("\n");
    return path === JSON.stringify(file) && digest !== undefined && /^[0-9a-f]{64}$/.test(digest) ? digest : null;
  } catch {
    return null;
  }
}

/** Throws `FAILED` where nothing can be kept. */
export async function saveTrust(folder: string, file: string, digest: Digest): Promise<void> {
  const record = recordOf(folder, file);
  const draft = `${record}.${encodeBase64url(randomBytes(9))}`;
  try {
    await makePrivateFolder(folder);
    await promises.writeFile(draft, `${JSON.stringify(file)}\n${digest}\n`, { mode: 0o600, flag: "wx" });
    await promises.rename(draft, record);
  } catch (error) {
    await promises.rm(draft, { force: true }).catch(() => {});
    throw cannotKeep(folder, error);
  }
}

/** False where the file was not trusted. Throws `FAILED` where its record cannot be removed. */
export async function removeTrust(folder: string, file: string): Promise<boolean> {
  try {
    await promises.rm(recordOf(folder, file));
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return false;
    throw cannotKeep(folder, error);
  }
}

function recordOf(folder: string, file: string): string {
  return join(folder, encodeHex(sha256(encodeUtf8(file))).slice(0, 32));
}

function cannotKeep(folder: string, cause: unknown): CofferError {
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "unknown";
  return new CofferError("FAILED", `what is trusted is kept in ${folder}, which cannot be changed (${code})`, {
    hint: "nothing was changed; `--project FILE` names a project file for one command",
    cause,
  });
}
