import { encodeUtf8 } from "../core/bytes.js";
import { quote } from "../core/name.js";
import { CofferError } from "../errors.js";
import { newKeyLine, openMasterKey, parseKeyFile } from "./key-file.js";
import type { KeyProvider } from "./key-provider.js";

const SERVICE = "coffer";
// Lower case only: Windows does not tell cases apart.
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/**
 * Opens a master key that lies in the operating system's keychain under this name (docs/FORMAT.md section 19). Throws `NOT_FOUND` when there is
 * none, `INVALID` when it is no key, `UNREACHABLE` when the keychain is locked or not there, `UNSUPPORTED` when what speaks to it is not
 * installed, `USAGE` for a name that cannot be.
 */
export async function openKeychain(name: string): Promise<KeyProvider> {
  const entry = await openEntry(name);
  const line = await entry.read();
  if (line === null) throw notThere(name);
  // Other programs that store it may leave the line feed away, as we do, or not.
  const master = parseKeyFile(encodeUtf8(line.endsWith("\n") ? line : `${line}\n`));
  if (master !== null) return openMasterKey(master, `keychain:${name}`);
  throw new CofferError("INVALID", `what the keychain has as ${quote(name)} of ${SERVICE} is no master key`, {
    hint: "restore it from your backup, or choose another name: keychain:NAME",
  });
}

/**
 * Makes a new random key in the keychain, which has then shown that it keeps it. False when there is something of that name already: it is never
 * replaced. Throws as `openKeychain` does, and `FAILED` where the key is not kept.
 *
 * No keychain can make an item only where there is none. Of two makers that both found nothing the later one's key stays; so a key
 * must be opened (read anew) after it was made, and what was made must not be used.
 */
export async function createKeychainKey(name: string): Promise<boolean> {
  const entry = await openEntry(name);
  const line = newKeyLine().trimEnd();
  // A keychain with no place to keep things looks empty too: that it takes the key is what shows that it was.
  if ((await entry.read()) !== null) return false;
  await entry.write(line);
  const kept = await entry.read();
  if (kept !== null) return kept === line;
  throw new CofferError("FAILED", "the keychain took a new master key and does not have it", {
    hint: "use a key file or a passphrase: -k key-file:~/coffer.key, -k passphrase:",
  });
}

interface Entry {
  /** Null where there is none, or no place for one. */
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
}

async function openEntry(name: string): Promise<Entry> {
  if (!NAME.test(name)) {
    throw new CofferError("USAGE", `keychain: takes a name, not ${quote(name)}`, {
      hint: "up to 64 lower-case letters, digits, dots, dashes and underscores: keychain:team",
    });
  }
  const { AsyncEntry } = await loadKeyring();
  // Left to itself it would fall back to the kernel's keyring, which forgets everything at the next start.
  const entry = await translated(() => new AsyncEntry(SERVICE, name, { linux: { store: "secret-service" } }));
  return {
    read: async () => (await translated(() => entry.getPassword())) ?? null,
    write: (text) => translated(() => entry.setPassword(text)),
  };
}

async function loadKeyring(): Promise<typeof import("@napi-rs/keyring")> {
  try {
    return await import("@napi-rs/keyring");
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && /MODULE_NOT_FOUND$/.test(String(error.code));
    const fault = isMissing ? "is not installed" : `does not load on this system (${process.platform}-${process.arch})`;
    throw new CofferError("UNSUPPORTED", `the keychain is spoken to by @napi-rs/keyring, which ${fault}`, {
      hint: "npm install @napi-rs/keyring where coffer is installed, or use a key file or a passphrase",
      cause: error,
    });
  }
}

/** Whatever the keychain refuses with: its errors have no codes, and their texts differ from system to system. */
async function translated<T>(act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const said = error instanceof Error ? `: ${quote(error.message)}` : "";
    throw new CofferError("UNREACHABLE", `the operating system's keychain cannot be used${said}`, {
      hint: `${wayIn()}; where nobody is logged in use a key file or a passphrase`,
      cause: error,
    });
  }
}

function wayIn(): string {
  const needsService = process.platform !== "darwin" && process.platform !== "win32";
  return needsService ? "unlock it, or start a secret service (GNOME Keyring, KWallet, KeePassXC)" : "unlock it";
}

function notThere(name: string): CofferError {
  return new CofferError("NOT_FOUND", `there is no master key ${quote(name)} in the keychain`, {
    hint: "restore it from your backup; `coffer init` makes one for a new store",
  });
}
