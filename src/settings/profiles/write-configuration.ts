import { lstat, open, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { decodeUtf8, encodeUtf8 } from "../../core/bytes.js";
import { CofferError } from "../../errors.js";
import { makePrivateFolder } from "../../keys/private-folder.js";
import type { Lookup } from "../lookup.js";
import type { Edit } from "./edit-configuration.js";
import { parseConfiguration } from "./parse-configuration.js";
import type { Configuration } from "./profile.js";
import { findConfigurationFile, MAX_CONFIGURATION_BYTES } from "./read-configuration.js";

// Somebody else's change of the file lasts milliseconds.
const PATIENCE = 2_000;
const PAUSE = 20;

/**
 * Changes the user's configuration, or begins it. `decide` sees what there is, and may throw; null changes nothing. The file is written whole,
 * mode 0600, one change after the other however many commands make one, and never through a symbolic link.
 */
export async function changeConfiguration(
  world: Lookup["world"],
  decide: (before: Configuration) => Edit | null,
): Promise<Configuration> {
  const file = requireFile(world);
  return translated(file, async () => {
    await makePrivateFolder(dirname(file));
    await assertReplaceable(file);
    return withDraft(file, world.signal, async (draft) => {
      const bytes = await readOrNothing(file);
      const before = parseConfiguration(bytes, file);
      const edit = decide(before);
      if (edit === null) return { result: before, done: false };
      // It has been parsed, so it is UTF-8.
      const after = encodeUtf8(edit.text(decodeUtf8(bytes) ?? "", before));
      const result = edit.result(before);
      assertSame(after, result, file);
      await draft.writeFile(after);
      await draft.sync();
      return { result, done: true };
    });
  });
}

/** Throws what `changeConfiguration` would throw before it changes anything. */
export async function assertConfigurationCanChange(world: Lookup["world"]): Promise<void> {
  await changeConfiguration(world, () => null);
}

function requireFile(world: Lookup["world"]): string {
  const file = findConfigurationFile(world);
  if (file !== null) return file;
  throw new CofferError("USAGE", "there is no home to keep a configuration in", {
    hint: "set HOME, or name a file with COFFER_CONFIG",
  });
}

/** The draft has a fixed name and must not be there before: that is what makes changes wait for each other. */
async function withDraft<T>(
  file: string,
  signal: AbortSignal,
  write: (draft: Awaited<ReturnType<typeof open>>) => Promise<{ result: T; done: boolean }>,
): Promise<T> {
  const name = `${file}.lock`;
  const draft = await openDraft(name, signal);
  let done = false;
  try {
    const written = await write(draft).finally(() => draft.close());
    signal.throwIfAborted();
    if (written.done) await rename(name, file);
    done = written.done;
    return written.result;
  } finally {
    if (!done) await rm(name, { force: true });
  }
}

async function openDraft(name: string, signal: AbortSignal): ReturnType<typeof open> {
  for (let waited = 0; ; waited += PAUSE) {
    signal.throwIfAborted();
    try {
      return await open(name, "wx", 0o600);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
      if (waited < PATIENCE) await wait(PAUSE);
      else throw busy(name);
    }
  }
}

function busy(name: string): CofferError {
  return new CofferError("CONFLICT", `another command is changing ${name.slice(0, -".lock".length)}`, {
    hint: `try again; if none is, remove ${name}, which one that was killed has left`,
  });
}

async function readOrNothing(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return new Uint8Array(0);
    throw error;
  }
}

async function assertReplaceable(file: string): Promise<void> {
  const stats = await lstat(file).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  });
  if (stats === null || stats.isFile()) return;
  const kind = stats.isSymbolicLink() ? "a symbolic link" : "not a file";
  throw new CofferError("USAGE", `${file} is ${kind}, and is not replaced`, {
    hint: "change it by hand, or name the file itself with COFFER_CONFIG",
  });
}

/** What cannot be read back as it was meant is not written: there are more ways to write a profile than we can change. */
function assertSame(after: Uint8Array, wanted: Configuration, file: string): void {
  if (isDeepStrictEqual(parseOrNull(after, file), wanted)) return;
  throw new CofferError("INVALID", `${basename(file)} is written in a way that this change cannot keep`, {
    hint: `change ${file} by hand, or write its profiles below [profiles.NAME]`,
  });
}

function parseOrNull(bytes: Uint8Array, file: string): Configuration | null {
  if (bytes.byteLength > MAX_CONFIGURATION_BYTES) return null;
  try {
    return parseConfiguration(bytes, file);
  } catch {
    return null;
  }
}

async function translated<T>(file: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const code = codeOf(error);
    if (error instanceof CofferError || code === null) throw error;
    throw new CofferError("FAILED", `the configuration ${file} cannot be written (${code})`, {
      hint: "nothing was changed; name another file with COFFER_CONFIG, or see whose that folder is",
      cause: error,
    });
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}
