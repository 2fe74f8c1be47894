import type { Capabilities, VersionInfo } from "../core/secret-store.js";
import { originVersion } from "./to-change.js";

/** A version of the destination that may be one of those to copy. */
export interface Candidate {
  readonly info: VersionInfo;
  /** False where it was opened and is something else; true too where it was purged, since nobody knows better. */
  isSame(version: VersionInfo): boolean;
}

/**
 * Those of the wanted versions (in the order in which they are to be made) that are not there yet. What was copied before was copied in that order, so that the versions there are gone through once, each
 * wanted one looked for behind the one before; where the destination takes the numbers of the source they say it.
 */
export function findMissing(
  wanted: readonly VersionInfo[],
  there: readonly Candidate[],
  can: Pick<Capabilities, "chooseVersion" | "metadata">,
): VersionInfo[] {
  if (can.chooseVersion) return wanted.filter((version) => findNumbered(there, version) === null);
  const keepsOrigin = can.metadata.includes("origin");
  let next = 0;
  for (const candidate of there) {
    const version = wanted[next];
    if (version === undefined) break;
    if (isCopy(candidate, version, keepsOrigin)) next++;
  }
  return wanted.slice(next);
}

/** The version there that has the number of another; some stores write `1` as `0001`. Null: there is none. */
export function findNumbered(there: readonly Candidate[], { version }: VersionInfo): Candidate | null {
  const find = (isIt: (other: string) => boolean): Candidate | undefined =>
    there.find(({ info }) => isIt(info.version));
  return find((other) => other === version) ?? find((other) => plain(other) === plain(version)) ?? null;
}

/** A number without leading zeros. */
export function plain(version: string): string {
  return /^\d+$/.test(version) ? version.replace(/^0+(?=\d)/, "") : version;
}

function isCopy(candidate: Candidate, version: VersionInfo, keepsOrigin: boolean): boolean {
  const { info } = candidate;
  if (version.deleted || info.deleted) return version.deleted && info.deleted;
  // What was staged and has been promoted since is to be made once more, as what is current.
  if (version.stage !== info.stage) return false;
  if (keepsOrigin && info.origin?.version !== originVersion(version)) return false;
  return candidate.isSame(version);
}
