import { compareText } from "../../core/bytes.js";
import type { Entry } from "./format.js";
import { collectLatest, listEntries, type Shelf } from "./shelf.js";

/** The latest version of every credential, in the order of creds3: what was stored last comes first, and what was stored in the same second as S3 lists it. */
export async function listLatest(shelf: Shelf, signal: AbortSignal): Promise<Entry[]> {
  const latest = [...(await collectLatest(listEntries(shelf, "", signal))).values()];
  const age = (a: Entry, b: Entry): number => b.lastModified.getTime() - a.lastModified.getTime();
  return latest.sort((a, b) => age(a, b) || compareText(`${a.name}/`, `${b.name}/`));
}
