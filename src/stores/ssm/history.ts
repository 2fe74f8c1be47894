import type { Call } from "../../core/call.js";
import { parsePath } from "../../core/name.js";
import type { VersionInfo } from "../../core/secret-store.js";
import { findParameterFault } from "./limits.js";
import { describeSecret, type Shelf } from "./shelf.js";

/** The versions that are kept of a secret that is there, newest first, with their labels as stages. */
export async function* readHistory(
  { ssm, place }: Shelf,
  path: string,
  { signal }: Call = {},
): AsyncIterable<VersionInfo> {
  signal?.throwIfAborted();
  const secret = parsePath(path);
  const name = place.nameOf(secret);
  if (findParameterFault(name) !== null) return;
  const versions = await ssm.history(name, signal);
  for (const known of versions.sort((a, b) => b.version - a.version)) {
    const { namespace: _, name: __, ...version } = describeSecret(secret, known);
    yield version;
  }
}
