import type { ObjectStore } from "../objects/object-store.js";
import { testCalls, testDeleting } from "./object-store-contract/calls.js";
import { testListing } from "./object-store-contract/listing.js";
import { testRaces } from "./object-store-contract/races.js";
import { testReading } from "./object-store-contract/reading.js";
import type { Test } from "./object-store-contract/words.js";
import { testCreating, testReplacing } from "./object-store-contract/writing.js";

/** A store to test, with nothing in it, and the way to get rid of it (which closes it). */
export interface OpenedStore {
  readonly store: ObjectStore;
  /** Closes and removes it. */
  dispose(): Promise<void>;
}

/** The two functions that nearly every test framework has: Vitest, Jest, Mocha, node:test. Assertions are Node's own. */
export interface Runner {
  /** Runs the body, which names tests, under a heading. */
  describe(name: string, body: () => void): unknown;
  /** Names one test. */
  it(name: string, body: () => Promise<void>): unknown;
}

/**
 * Declares the tests that every object store passes: one for each promise that the interface makes. `open` is called
 * for each test anew. Two of them are slow on a network: one stores 16 MiB, one a thousand objects.
 */
export function objectStoreContract(name: string, open: () => Promise<OpenedStore>, runner: Runner): void {
  const test: Test = (title, body) => {
    runner.it(title, async () => {
      const { store, dispose } = await open();
      try {
        await body(store);
      } finally {
        await dispose();
      }
    });
  };
  runner.describe(`${name} as an object store`, () => {
    testReading(test);
    testCreating(test);
    testReplacing(test);
    testRaces(test);
    testListing(test);
    testDeleting(test);
    testCalls(test);
  });
}
