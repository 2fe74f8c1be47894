import { encodeBase64url } from "../../../src/core/bytes.js";
import { KEY_BYTES } from "../../../src/core/ciphers.js";
import { dataKeyId, type Random, wrapKey } from "../../../src/core/sealing.js";
import { Sensitive } from "../../../src/core/sensitive.js";
import { openMasterKey } from "../../../src/keys/key-file.js";
import type { KeyProvider } from "../../../src/keys/key-provider.js";

/** A master key whose random bytes come from a seed, and which remembers the data keys it made. */
export interface Master {
  /** The key file's line. */
  readonly line: string;
  readonly provider: KeyProvider;
  /** Every data key that was made, by its id. */
  readonly dataKeys: Map<string, Sensitive>;
}

export function openMaster(random: Random): Master {
  const bytes = random(KEY_BYTES);
  const master = Sensitive.from(bytes);
  const dataKeys = new Map<string, Sensitive>();
  const provider: KeyProvider = {
    ...openMasterKey(master, "key-file:vectors"),
    async generate(context) {
      const key = Sensitive.from(random(KEY_BYTES));
      dataKeys.set(dataKeyId(key), key);
      return { key, wrapped: wrapKey(master, context, key, random) };
    },
    async wrap(key, context) {
      return wrapKey(master, context, key, random);
    },
  };
  return { line: `coffer-master-key-1 ${encodeBase64url(bytes)}\n`, provider, dataKeys };
}
