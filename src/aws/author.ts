import { promises } from "node:fs";
import { join } from "node:path";
import { encodeHex, encodeUtf8 } from "../core/bytes.js";
import { sha256 } from "../core/ciphers.js";
import type { Aws } from "./aws.js";

/** How long a commit waits for the answer, in ms: who made it is worth no more. */
const PATIENCE = 2_000;
/** How long it is not asked again who did not answer, in ms. */
const SILENCE_COUNTS = 3_600_000;
/** How long what nobody asks for is kept, in ms; an access key of a session lasts a day and a half at most. */
const KEPT = 7 * 86_400_000;

/**
 * The ARN of who signs our requests: asked of STS once per access key, then kept below `folder` under a hash of the key's id. Null where it cannot be had, whatever the
 * reason, or is no ARN of at most 255 bytes. Never throws.
 */
export async function findSigner(aws: Aws, folder: string | null): Promise<string | null> {
  try {
    const { accessKeyId } = await aws.credentials();
    const file = folder === null ? null : join(folder, encodeHex(sha256(encodeUtf8(accessKeyId))).slice(0, 32));
    const known = file === null ? undefined : await readKnown(file);
    if (known !== undefined) return known;
    const found = await ask(aws);
    if (folder !== null && file !== null) await save(folder, file, found ?? "").catch(() => {});
    return found;
  } catch {
    return null;
  }
}

async function ask(aws: Aws): Promise<string | null> {
  const { findCallerIdentity } = await import("./sts-client.js");
  const { arn } = await findCallerIdentity(aws, AbortSignal.timeout(PATIENCE)).catch(() => ({ arn: "" }));
  return isArn(arn) ? arn : null;
}

/** Null where it is known that it cannot be had, undefined where nothing is known. */
async function readKnown(file: string): Promise<string | null | undefined> {
  try {
    const { mtimeMs } = await promises.stat(file);
    const text = await promises.readFile(file, "utf8");
    if (isArn(text)) return text;
    return text === "" && Date.now() - mtimeMs < SILENCE_COUNTS ? null : undefined;
  } catch {
    return undefined;
  }
}

async function save(folder: string, file: string, text: string): Promise<void> {
  await promises.mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  await promises.writeFile(draft, text, { mode: 0o600 });
  await promises.rename(draft, file);
  for (const name of await promises.readdir(folder)) {
    const { mtimeMs } = await promises.stat(join(folder, name));
    if (Date.now() - mtimeMs > KEPT) await promises.rm(join(folder, name), { force: true });
  }
}

function isArn(text: string): boolean {
  return /^arn:[\x21-\x7e]{1,251}$/.test(text);
}
