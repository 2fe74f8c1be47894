import { badChainVectors } from "./bad-chains.js";
import { badEntryVectors } from "./bad-entries.js";
import { badEpochVectors } from "./bad-epochs.js";
import { badKeyListVectors } from "./bad-key-lists.js";
import { badKeyVectors } from "./bad-keys.js";
import { badLimitVectors } from "./bad-limits.js";
import { badReplayVectors } from "./bad-replays.js";
import { badSpellingVectors } from "./bad-spelling.js";
import { badValueVectors } from "./bad-values.js";
import { handVectors } from "./by-hand.js";
import { historyVectors } from "./histories.js";
import { largeVectors } from "./large.js";
import { otherVersionVectors } from "./other-versions.js";
import { recoveryVectors } from "./recoveries.js";
import { rollbackVectors } from "./rollbacks.js";
import { submissionVectors } from "./submissions.js";
import { twoKeyVectors } from "./two-keys.js";
import { valueVectors } from "./values.js";
import { encodeVector, type Named } from "./vector.js";

/** Every vector there is: the text of each file by its name, without the extension. */
export async function makeVectors(): Promise<Map<string, string>> {
  const made = new Map<string, string>();
  for (const source of SOURCES) {
    for await (const [file, item] of source()) {
      if (made.has(file)) throw new TypeError(`two vectors are called ${file}`);
      made.set(file, encodeVector(item));
    }
  }
  return made;
}

const SOURCES: readonly (() => AsyncGenerator<Named>)[] = [
  valueVectors,
  historyVectors,
  handVectors,
  largeVectors,
  badValueVectors,
  badKeyVectors,
  badKeyListVectors,
  twoKeyVectors,
  badEntryVectors,
  badReplayVectors,
  badEpochVectors,
  badChainVectors,
  rollbackVectors,
  badSpellingVectors,
  otherVersionVectors,
  badLimitVectors,
  recoveryVectors,
  submissionVectors,
];
