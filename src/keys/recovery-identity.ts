import { decodeUtf8 } from "../core/bytes.js";
import { isEqualInConstantTime, KEY_BYTES } from "../core/ciphers.js";
import { Sensitive } from "../core/sensitive.js";
import { CofferError } from "../errors.js";
import type { KeyOpener } from "./key-provider.js";
import { bindingOf } from "./recovery-binding.js";
import { RECOVERY_SCHEME } from "./recovery-recipient.js";

const BINDING_BYTES = 32;
const IDENTITY = /^AGE-SECRET-KEY-(?:PQ-)?1[02-9AC-HJ-NP-Z]+$/;
const MAX_IDENTITIES = 64;

/** A new recovery key. The identity is its secret half, `AGE-SECRET-KEY-1…`: nothing keeps it but who is shown it. */
export async function makeRecoveryKey(): Promise<{ recipient: string; identity: Sensitive }> {
  const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
  const identity = await generateX25519Identity();
  return { recipient: await identityToRecipient(identity), identity: Sensitive.fromText(identity) };
}

/**
 * The identities of an age identity file, each as what opens the keys that were wrapped for its recipient. Throws `INVALID`, without a word of what
 * stands in it, where a line is none.
 */
export async function openIdentities(file: Sensitive): Promise<KeyOpener[]> {
  const lines = (decodeUtf8(file.reveal()) ?? "\0").split(/\r?\n/).map((text, index) => ({ text, number: index + 1 }));
  const identities = lines.filter(({ text }) => text !== "" && !text.startsWith("#"));
  if (identities.length === 0 || identities.length > MAX_IDENTITIES) throw noIdentity("it holds none");
  const openers: KeyOpener[] = [];
  for (const { text, number } of identities) openers.push(await openIdentity(text, number));
  return openers;
}

async function openIdentity(identity: string, line: number): Promise<KeyOpener> {
  if (!IDENTITY.test(identity)) throw noIdentity(`line ${line} is none`);
  const { Decrypter, identityToRecipient } = await import("age-encryption");
  const recipient = await identityToRecipient(identity).catch(() => null);
  if (recipient === null) throw noIdentity(`line ${line} has a typing error`);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return {
    id: `${RECOVERY_SCHEME}${recipient}`,
    async unwrap(wrapped, context, { signal } = {}) {
      signal?.throwIfAborted();
      // Its messages are not ours: they are dropped.
      const opened = await decrypter.decrypt(wrapped).catch(() => null);
      if (opened?.byteLength !== BINDING_BYTES + KEY_BYTES) throw notAsItShould();
      if (!isEqualInConstantTime(opened.subarray(0, BINDING_BYTES), bindingOf(context))) throw notAsItShould();
      return Sensitive.from(opened.subarray(BINDING_BYTES));
    },
  };
}

function noIdentity(why: string): CofferError {
  return new CofferError("INVALID", `that is no age identity file: ${why}`, {
    hint: "its lines are identities, AGE-SECRET-KEY-1 and so on, or comments that begin with #",
  });
}

function notAsItShould(): CofferError {
  return new CofferError("INTEGRITY", "a data key does not open under the recovery key as it should", {
    hint: "run `coffer verify`; restore what is damaged from a backup",
  });
}
