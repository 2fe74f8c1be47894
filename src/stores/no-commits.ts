import { assertNamespace, assertStage } from "../core/name.js";
import type { Read, SecretStore } from "../core/secret-store.js";
import { CofferError } from "../errors.js";

/** The parts that stores which keep no commits have in common: what they answer, and how they refuse the rest. */
export interface NoCommits extends Pick<SecretStore, "head" | "log" | "purge"> {
  /** Throws `UNSUPPORTED` for a state of the past, or one that is staged. */
  assertPresent(wanted: Pick<Read, "at" | "stage">): void;
  /** Throws `UNSUPPORTED` for a context. */
  assertNoContext(wanted: Pick<Read, "context">): void;
  unsupported(what: string): CofferError;
}

/** `kind`: as errors call such a store, `a store of creds3`. `purge`: why it destroys no versions. */
export function noCommits(kind: string, { purge }: { readonly purge: string }): NoCommits {
  const unsupported = (what: string): CofferError => new CofferError("UNSUPPORTED", `${kind} ${what}`);
  return {
    unsupported,
    async head(namespace, { signal } = {}) {
      assertNamespace(namespace);
      signal?.throwIfAborted();
      return null;
    },
    log: () => refuse(unsupported("keeps no commits")),
    async purge() {
      throw unsupported(purge);
    },
    assertPresent({ at, stage }) {
      if (at !== undefined) throw unsupported("keeps no states of the past");
      if (stage === undefined) return;
      assertStage(stage);
      throw unsupported("has no stages");
    },
    assertNoContext({ context = {} }) {
      if (Object.keys(context).length > 0) throw unsupported("binds no secret to a context of its own");
    },
  };
}

// biome-ignore lint/correctness/useYield: it says no before there is anything to give.
async function* refuse(error: CofferError): AsyncGenerator<never> {
  throw error;
}
