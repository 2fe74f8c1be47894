import assert from "node:assert/strict";
import type { Capabilities, SecretStore } from "../core/secret-store.js";
import type { Runner } from "./object-store-contract.js";
import { testCalls } from "./secret-store-contract/calls.js";
import { testContexts } from "./secret-store-contract/contexts.js";
import { testDeleting } from "./secret-store-contract/deleting.js";
import { testExpectations } from "./secret-store-contract/expectations.js";
import { testHeads } from "./secret-store-contract/heads.js";
import { testHistory } from "./secret-store-contract/history.js";
import { testListing } from "./secret-store-contract/listing.js";
import { testNames } from "./secret-store-contract/names.js";
import { testPast } from "./secret-store-contract/past.js";
import { testReading } from "./secret-store-contract/reading.js";
import { testStages } from "./secret-store-contract/stages.js";
import { testValues } from "./secret-store-contract/values.js";
import { testVersions } from "./secret-store-contract/versions.js";
import type { Taste, Test } from "./secret-store-contract/words.js";
import { testWriters } from "./secret-store-contract/writers.js";
import { testWriting } from "./secret-store-contract/writing.js";

/** A store to test, with nothing in it, and the way to get rid of it (which closes all that was opened). */
export interface OpenedSecretStore {
  readonly store: SecretStore;
  /** The same store, opened once more, as another program would. */
  another(): Promise<SecretStore>;
  /** Closes and removes it. */
  dispose(): Promise<void>;
}

/**
 * Declares the tests that every secret store passes: one for each promise that the interface makes, as far as `can` allows;
 * of what it does not allow, that it is refused. `open` is called for each test anew; `taste` says which paths and values the store takes, where that is not all.
 */
export function secretStoreContract(
  name: string,
  can: Capabilities,
  open: () => Promise<OpenedSecretStore>,
  runner: Runner,
  taste: Partial<Taste> = {},
): void {
  const whole: Taste = { takesPath: () => true, takesValue: () => true, ...taste };
  const test: Test = (title, body) => {
    runner.it(title, async () => {
      const opened = await open();
      try {
        await body(opened);
      } finally {
        await opened.dispose();
      }
    });
  };
  runner.describe(`${name} as a secret store`, () => {
    test("can what it is said to be able to, and has a URL", async ({ store }) => {
      assert.deepEqual(store.can, can);
      assert.ok(store.url.includes(":"));
    });
    testReading(test, can);
    testValues(test, can, whole);
    testNames(test, whole);
    testWriting(test, can);
    testExpectations(test, can);
    testDeleting(test, can);
    testListing(test, can, whole);
    testHeads(test, can);
    testVersions(test, can);
    testHistory(test, can);
    testContexts(test, can);
    testStages(test, can);
    testPast(test, can);
    testWriters(test, can);
    testCalls(test, can);
  });
}
