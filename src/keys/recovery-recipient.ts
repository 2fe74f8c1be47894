import { joinBytes } from "../core/bytes.js";
import { CofferError } from "../errors.js";
import type { KeyWrapper } from "./key-provider.js";

/** What the id of every recovery key begins with, and its URL, which is the same. */
export const RECOVERY_SCHEME = "age:";

// X25519: 32 bytes in Bech32 (BIP 173). The hybrid of X25519 and ML-KEM-768: 1,216 bytes. What wraps for hardware is another kind.
const RECIPIENT = /^age1(?:[02-9ac-hj-np-z]{58}|pq1[02-9ac-hj-np-z]{1952})$/;

/**
 * The public half of a recovery key, an age recipient: it wraps, and only its identity opens. docs/FORMAT.md section 20. The library that does it is
 * loaded when the first key is wrapped. Throws `USAGE` for what is no recipient; for one with a typing error when it is used.
 */
export function openRecoveryRecipient(recipient: string): KeyWrapper {
  if (!RECIPIENT.test(recipient)) throw noRecipient();
  return {
    id: `${RECOVERY_SCHEME}${recipient}`,
    async wrap(key, context, { signal } = {}) {
      signal?.throwIfAborted();
      const [{ Encrypter }, { bindingOf }] = await Promise.all([
        import("age-encryption"),
        import("./recovery-binding.js"),
      ]);
      const encrypter = new Encrypter();
      try {
        encrypter.addRecipient(recipient);
      } catch {
        throw noRecipient();
      }
      return encrypter.encrypt(joinBytes(bindingOf(context), key.reveal()));
    },
  };
}

function noRecipient(): CofferError {
  return new CofferError("USAGE", "age: is followed by an age recipient, and what stands there is none", {
    hint: "it begins with age1 and is taken over whole, as `coffer init --recovery` or age-keygen shows it",
  });
}
