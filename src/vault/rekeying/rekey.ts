import { compareText } from "../../core/bytes.js";
import { CofferError } from "../../errors.js";
import type { KeyProvider, KeyWrapper } from "../../keys/key-provider.js";
import { shownNamespace, type VerifiedHead } from "../heads/found-head.js";
import { loadHead } from "../heads/load-head.js";
import { KeyRing, keyHolders, requireKeys } from "../key-ring.js";
import type { VaultParts } from "../parts.js";
import { assertTexts } from "../writing/commit-changes.js";
import type { RekeyOptions, RekeyReport } from "./contract.js";
import { transferKeys } from "./transfer.js";

/** Gives a namespace new data keys: see `Vault.rekey`. */
export async function rekeyNamespace(
  parts: VaultParts,
  namespace: string,
  options: RekeyOptions = {},
): Promise<RekeyReport> {
  assertTexts(parts, options.message);
  const hands = await chooseHands(parts, options);
  const { openers, maker, holders } = hands;
  const { context = {}, skipContext = false, message, olderThan, dryRun = false, onProgress, signal } = options;
  const next: VaultParts = {
    ...parts,
    ring: new KeyRing(...openers),
    keys: maker,
    alsoWrap: async () => holders.filter(({ id }) => id !== maker.id),
  };
  return transferKeys(
    {
      parts: next,
      after: { ...next, ring: new KeyRing(...openers.filter(({ id }) => id !== options.dropKey)) },
      holders,
      add: options.newKey === undefined ? [] : [options.newKey],
      drop: options.dropKey ?? null,
      pool: context,
      leniency: { context: skipContext, closed: false },
      load: (call) => requireHead(next, namespace, call.signal),
      ...{ message, olderThan, dryRun, onProgress },
    },
    signal === undefined ? {} : { signal },
  );
}

interface Hands {
  /** What opens keys meanwhile. */
  readonly openers: readonly KeyProvider[];
  /** What makes the new ones. */
  readonly maker: KeyProvider;
  readonly holders: readonly KeyWrapper[];
}

/** Who has the keys, and who shall have them. Throws `USAGE` where nobody would be left who can open what he is given. */
async function chooseHands(parts: VaultParts, { newKey, dropKey }: RekeyOptions): Promise<Hands> {
  const keys = requireKeys(parts.keys);
  const named = await keyHolders(parts);
  const opensToo = newKey !== undefined && isProvider(newKey) ? newKey : null;
  if (newKey !== undefined && newKey.id === dropKey) {
    throw new CofferError("USAGE", "the key to add and the key to drop are one and the same");
  }
  if (dropKey !== undefined && dropKey !== keys.id && named.some(({ id }) => id === dropKey)) {
    throw new CofferError("USAGE", `you would wrap every new data key for ${dropKey} again`, {
      hint: "take it out of also_wrap in your profile first",
    });
  }
  const maker = dropKey === keys.id ? opensToo : keys;
  if (maker === null) {
    throw new CofferError(
      "USAGE",
      "the key in use is the one to drop, so that nothing would be seen to open without it",
      {
        hint: "use the key that stays (--key), or add the one that takes its place (--new-key)",
      },
    );
  }
  const all = [...named, ...(newKey === undefined ? [] : [newKey])].filter(({ id }) => id !== dropKey);
  const holders = [...new Map(all.map((holder) => [holder.id, holder])).values()];
  return {
    openers: opensToo === null ? [keys] : [keys, opensToo],
    maker,
    holders: holders.sort((a, b) => compareText(a.id, b.id)),
  };
}

function isProvider(key: KeyProvider | KeyWrapper): key is KeyProvider {
  return "unwrap" in key;
}

async function requireHead(
  parts: VaultParts,
  namespace: string,
  signal: AbortSignal | undefined,
): Promise<VerifiedHead> {
  const head = await loadHead(parts, namespace, signal === undefined ? {} : { signal });
  if (head !== null) return head;
  throw new CofferError("NOT_FOUND", `nothing was ever written to ${shownNamespace(namespace)}`, {
    hint: "see which namespaces there are: coffer list",
  });
}
