import type { Aws } from "../../aws/aws.js";
import { compareAge, compareVersions, type Entry } from "./format.js";
import { listEntries } from "./shelf.js";
import { openShelf } from "./store.js";

/** A secret whose latest version is not its highest. */
export interface Disagreement {
  readonly name: string;
  /** The version that was stored last, which creds3 and Coffer take for the latest. */
  readonly latest: string;
  /** The one that creds3's README says is read. */
  readonly highest: string;
}

/** Where the rule that creds3 keeps and the one that its README tells name different versions: copying a bucket gives all versions new times. One request for 1,000 versions. */
export async function findDisagreements(url: string, aws: Aws, signal?: AbortSignal): Promise<Disagreement[]> {
  const { shelf } = openShelf(url, aws);
  const byName = new Map<string, { latest: Entry; highest: Entry }>();
  try {
    for await (const entry of listEntries(shelf, "", signal)) {
      const { latest, highest } = byName.get(entry.name) ?? { latest: entry, highest: entry };
      byName.set(entry.name, {
        latest: compareAge(entry, latest) > 0 ? entry : latest,
        highest: compareVersions(entry.version, highest.version) > 0 ? entry : highest,
      });
    }
  } finally {
    shelf.objects.close();
    shelf.keys.close();
  }
  return [...byName].flatMap(([name, { latest, highest }]) =>
    latest.version === highest.version ? [] : [{ name, latest: latest.version, highest: highest.version }],
  );
}
