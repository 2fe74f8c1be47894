// Storage that only says that it is S3 may ignore the conditions of a put, and then commits are lost. So it is tried out before it is written to: by `init`, and once for each person,
// machine, endpoint and place, since the store may have been made elsewhere.
import { promises } from "node:fs";
import { join } from "node:path";
import { encodeHex, encodeUtf8 } from "../core/bytes.js";
import type { Call } from "../core/call.js";
import { sha256 } from "../core/ciphers.js";
import { isCofferError } from "../errors.js";
import { openObjectStore } from "../open/object-stores.js";
import { findFolders } from "./folders.js";
import type { Lookup, Tell } from "./lookup.js";
import { findSurroundings } from "./surroundings.js";

/**
 * Tries out whether the storage below an `s3:` URL keeps the conditions of puts, unless it is AWS's own or was tried out before. Throws `UNSUPPORTED` with the reason where it
 * does not, and what the storage throws; whoever may not write there goes on untried.
 */
export async function tryOutStorage(lookup: Lookup, url: string, tell: Tell | undefined, call: Call): Promise<void> {
  const trial = await findTrial(lookup, url);
  if (trial === null || (trial.file !== null && (await exists(trial.file)))) return;
  const objects = await openObjectStore(url, findSurroundings(lookup));
  try {
    const { probeCompareAndSet } = await import("../objects/probe.js");
    await probeCompareAndSet(objects, call);
  } catch (error) {
    if (!isCofferError(error, "ACCESS_DENIED")) throw error;
    await tell?.(`whether ${trial.endpoint} keeps the conditions of writes could not be tried out: ${error.message}`);
    return;
  } finally {
    await objects.close();
  }
  await remember(trial, tell);
}

/** Notes that the storage was tried out, for who has done so by other means. */
export async function rememberTrial(lookup: Lookup, url: string, tell: Tell | undefined): Promise<void> {
  const trial = url.startsWith("s3:") ? await findTrial(lookup, url) : null;
  if (trial !== null) await remember(trial, tell);
}

interface Trial {
  readonly endpoint: string;
  /** What is there once it was tried out; null where there is no home. */
  readonly file: string | null;
}

/** Null for AWS's own storage. */
async function findTrial(lookup: Lookup, url: string): Promise<Trial | null> {
  const { openAws } = await import("../aws/aws.js");
  const { findForeignEndpoint } = await import("../aws/s3/endpoint.js");
  const endpoint = await findForeignEndpoint(await openAws(findSurroundings(lookup).aws ?? {}));
  if (endpoint === null) return null;
  const { tried } = findFolders(lookup.world);
  const name = encodeHex(sha256(encodeUtf8(`${endpoint}\0${url}`))).slice(0, 32);
  return { endpoint, file: tried === null ? null : join(tried, name) };
}

async function remember({ endpoint, file }: Trial, tell: Tell | undefined): Promise<void> {
  try {
    if (file === null) throw new TypeError("no home");
    await promises.mkdir(join(file, ".."), { recursive: true, mode: 0o700 });
    await promises.writeFile(file, "", { mode: 0o600 });
  } catch {
    await tell?.(`that ${endpoint} keeps the conditions of writes cannot be remembered: it is tried out each time`);
  }
}

async function exists(file: string): Promise<boolean> {
  return promises.stat(file).then(
    () => true,
    () => false,
  );
}
