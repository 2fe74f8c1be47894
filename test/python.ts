import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CACHE = fileURLToPath(new URL("../node_modules/.cache/", import.meta.url));
const VENV = join(CACHE, "reader-venv");
const CRYPTOGRAPHY = "cryptography==48.0.0";
const BIN = process.platform === "win32" ? "Scripts/python.exe" : "bin/python3";

/**
 * The path of a Python 3 that can import `cryptography`, for the second reader of the format: the one that
 * COFFER_TEST_PYTHON names, python3 on PATH, or a virtual environment below node_modules, which is made where pip works.
 *
 * Null, and one loud line, where there is none: the caller skips. Throws instead with `CI` set, and when
 * COFFER_TEST_PYTHON names one that will not do.
 */
export function findPython(env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env.COFFER_TEST_PYTHON;
  if (named) {
    if (canRead(named)) return named;
    throw new Error(`COFFER_TEST_PYTHON is ${named}, which cannot import cryptography`);
  }
  const found = ["python3", join(VENV, BIN)].find(canRead) ?? makeVenv();
  if (found !== null) return found;
  const missing = `no python3 with ${CRYPTOGRAPHY} (set COFFER_TEST_PYTHON, or let pip install it)`;
  if (env.CI) throw new Error(missing);
  process.stderr.write(`\n*** SKIPPED: the tests of the second reader: ${missing} ***\n\n`);
  return null;
}

function canRead(python: string): boolean {
  return succeeds(python, ["-c", "from cryptography.hazmat.primitives.ciphers.aead import AESGCM"]);
}

/** Makes it beside its place and renames it there, so that no other test process sees half of one. */
function makeVenv(): string | null {
  mkdirSync(CACHE, { recursive: true });
  const draft = mkdtempSync(join(CACHE, "reader-venv-"));
  const python = join(draft, BIN);
  const made =
    succeeds("python3", ["-m", "venv", draft]) && succeeds(python, ["-m", "pip", "install", "--quiet", CRYPTOGRAPHY]);
  if (made && !existsSync(join(VENV, BIN))) publish(draft);
  rmSync(draft, { recursive: true, force: true });
  const published = join(VENV, BIN);
  return canRead(published) ? published : null;
}

function publish(draft: string): void {
  try {
    renameSync(draft, VENV);
  } catch {
    // Another process was first; its environment is as good.
  }
}

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore", timeout: 100_000 }).status === 0;
}
