import type { Call } from "../../core/call.js";
import type { SecretStore } from "../../core/secret-store.js";
import type { World } from "../../world.js";
import { Keyring } from "../keyring.js";

/** What a helper of another program has: the streams it is spoken to through, and a store to look in. */
export interface HelperDesk {
  readonly world: World;
  /** Below which the helper keeps what is its own; undefined: its own default. */
  readonly namespace: string | undefined;
  /** Opens the store for one use. `writes`: there must be one. */
  readonly useStore: <T>(use: (store: SecretStore, call: () => Call) => Promise<T>, writes?: boolean) => Promise<T>;
  /** Asks a person for what is not shown. Throws `USAGE` where there is nobody. */
  readonly askHidden: (prompt: string) => Promise<string>;
}

/** Runs a helper once; resolves to its exit code. */
export type RunHelper = (args: readonly string[], desk: HelperDesk) => Promise<number>;

/** Opens the keyring of a helper for one use. */
export function useKeyring<T>(
  { namespace, useStore }: HelperDesk,
  use: (keyring: Keyring, call: () => Call) => Promise<T>,
  { writes = false }: { readonly writes?: boolean } = {},
): Promise<T> {
  const place = namespace === undefined ? {} : { namespace };
  return useStore((store, call) => use(new Keyring(store, place), call), writes);
}
