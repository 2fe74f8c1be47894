import { encodeUtf8, joinBytes } from "../core/bytes.js";
import {
  isEqualInConstantTime,
  KEY_BYTES,
  randomBytes,
  type ScryptParameters,
  scrypt,
  sha256,
} from "../core/ciphers.js";
import { unwrapKey, WRAPPED_KEY_BYTES, wrapKey } from "../core/sealing.js";
import { Sensitive } from "../core/sensitive.js";
import { CofferError } from "../errors.js";
import type { KeyProvider } from "./key-provider.js";

/** 128 MiB and about a third of a second. */
const COSTS: ScryptParameters = { cost: 17, blockSize: 8, parallel: 1 };
const SALT_BYTES = 32;
const CHECK_BYTES = 16;
const HEAD = 3 + SALT_BYTES;

/** A person, a variable or a file: where the passphrase comes from. `isNew`: nothing was wrapped under it that could tell a wrong one. */
export type AskPassphrase = (options: { isNew: boolean }) => Promise<Sensitive>;

/**
 * Opens a master key that is made from a passphrase by scrypt (docs/FORMAT.md section 18). The passphrase is asked for when the first key is
 * wrapped or unwrapped, once. Throws `ACCESS_DENIED` where it is the wrong one.
 */
export function openPassphrase(ask: AskPassphrase, costs: ScryptParameters = COSTS): KeyProvider {
  const masters = new Map<string, Promise<Master>>();
  let passphrase: Promise<Sensitive> | null = null;

  function stretch(head: Uint8Array, isNew: boolean): Promise<Master> {
    passphrase ??= ask({ isNew });
    const name = Buffer.from(head).toString("hex");
    const known = masters.get(name);
    if (known !== undefined) return known;
    const stretched = passphrase.then((words) => stretchPassphrase(words, head));
    masters.set(name, stretched);
    return stretched;
  }

  /** One salt for all that this process wraps: the one that it has seen, so that reading costs one stretching. */
  function newest(): Promise<Master> {
    return [...masters.values()].at(-1) ?? stretch(encodeHead(costs, randomBytes(SALT_BYTES)), true);
  }

  const provider: KeyProvider = {
    url: "passphrase:",
    id: "passphrase:",
    async generate(context, options) {
      const key = Sensitive.from(randomBytes(KEY_BYTES));
      return { key, wrapped: await provider.wrap(key, context, options) };
    },
    async wrap(key, context, { signal } = {}) {
      signal?.throwIfAborted();
      const { head, check, key: master } = await newest();
      return joinBytes(head, check, wrapKey(master, context, key));
    },
    async unwrap(wrapped, context, { signal } = {}) {
      signal?.throwIfAborted();
      if (wrapped.byteLength !== HEAD + CHECK_BYTES + WRAPPED_KEY_BYTES) throw notAsItShould();
      const head = wrapped.subarray(0, HEAD);
      assertBearable(head);
      const master = await stretch(head, false);
      if (!isEqualInConstantTime(master.check, wrapped.subarray(HEAD, HEAD + CHECK_BYTES))) throw wrongPassphrase();
      const key = unwrapKey(master.key, context, wrapped.subarray(HEAD + CHECK_BYTES));
      if (key === null) throw notAsItShould();
      return key;
    },
    async close() {
      masters.clear();
    },
  };
  return provider;
}

interface Master {
  readonly head: Uint8Array;
  readonly check: Uint8Array;
  readonly key: Sensitive;
}

async function stretchPassphrase(words: Sensitive, head: Uint8Array): Promise<Master> {
  const [cost = 0, blockSize = 0, parallel = 0] = head;
  const key = await scrypt(words.reveal(), head.subarray(3), { cost, blockSize, parallel });
  const check = sha256(encodeUtf8("coffer passphrase key 1\0"), key).subarray(0, CHECK_BYTES);
  return { head: Uint8Array.from(head), check, key: Sensitive.from(key) };
}

function encodeHead({ cost, blockSize, parallel }: ScryptParameters, salt: Uint8Array): Uint8Array {
  return joinBytes(Uint8Array.of(cost, blockSize, parallel), salt);
}

// Whoever writes the storage chooses these numbers: they must neither exhaust the reader nor make guessing cheap.
function assertBearable([cost = 0, blockSize = 0, parallel = 0]: Uint8Array): void {
  if (cost >= 15 && cost <= 20 && blockSize === 8 && parallel >= 1 && parallel <= 4) return;
  throw new CofferError(
    "INTEGRITY",
    `a data key is wrapped by scrypt with parameters that are not used (${cost}, ${blockSize}, ${parallel})`,
    {
      hint: "run `coffer verify`; restore what is damaged from a backup",
    },
  );
}

function wrongPassphrase(): CofferError {
  return new CofferError("ACCESS_DENIED", "the passphrase is not the one that this was sealed with", {
    hint: "try again; COFFER_PASSPHRASE and COFFER_PASSPHRASE_FILE come before the prompt",
  });
}

function notAsItShould(): CofferError {
  return new CofferError("INTEGRITY", "a data key does not open under the passphrase as it should", {
    hint: "run `coffer verify`; restore what is damaged from a backup",
  });
}
