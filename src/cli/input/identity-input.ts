import { stat } from "node:fs/promises";
import { quote } from "../../core/name.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import type { KeyOpener } from "../../keys/key-provider.js";
import { readBytes, readFileBytes } from "../../settings/read-bytes.js";
import type { Task } from "../command.js";

const MAX_FILE_BYTES = 65_536;
const OTHERS = 0o077;

/**
 * The identities of `--identity`, an age identity file or stdin. Throws `USAGE`, `NOT_FOUND`, `ACCESS_DENIED` for a file that others may read, `INVALID`
 * for what holds no identity; never a word of what stands in it.
 */
export async function readIdentities({ flags, world }: Task): Promise<KeyOpener[]> {
  const file = flags.text("identity");
  if (file === undefined) {
    throw new CofferError("USAGE", "recover takes the recovery key as --identity FILE", {
      hint: "the file that `coffer init --recovery` printed; - reads it from stdin",
    });
  }
  if (file === "-" && flags.text("contexts") === "-") {
    throw new CofferError("USAGE", "--identity and --contexts cannot both be read from stdin");
  }
  if (file !== "-") await assertPrivate(file, world.platform);
  const bytes =
    file === "-"
      ? await readBytes(world.stdin.stream, "stdin", MAX_FILE_BYTES, world.signal)
      : await readFileBytes(file, MAX_FILE_BYTES, world.signal);
  const { openIdentities } = await import("../../keys/recovery-identity.js");
  return openIdentities(Sensitive.from(bytes));
}

/** Windows has no such modes: access lists decide there. */
async function assertPrivate(file: string, platform: NodeJS.Platform): Promise<void> {
  if (platform === "win32") return;
  const status = await stat(file).catch(() => null);
  if (status === null || !status.isFile() || (status.mode & OTHERS) === 0) return;
  const mode = (status.mode & 0o777).toString(8);
  throw new CofferError("ACCESS_DENIED", `the identity file ${quote(file)} can be read by others (mode ${mode})`, {
    hint: "chmod 600 on it, and think about who may have read it",
  });
}
