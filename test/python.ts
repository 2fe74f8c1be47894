import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
// The benchmarks bundle this file, into a folder below node_modules.
const [ROOT = HERE] = HERE.includes("node_modules") ? HERE.split(/[\\/]node_modules[\\/]/) : [join(HERE, "..")];
const CACHE = join(ROOT, "node_modules", ".cache");
const BIN = process.platform === "win32" ? "Scripts/python.exe" : "bin/python3";

/** What some tests need of Python. */
export interface PythonNeed {
  /** Whose tests are skipped without it. */
  readonly tests: string;
  /** A line of Python that works where all is there. */
  readonly statement: string;
  /** What pip is to install, pinned; several are parted by blanks. */
  readonly requirement: string;
  /** What is installed after that, as it is: without what it says that it depends on, and built with what is there by then. */
  readonly bare?: string;
  /** The virtual environment's name below node_modules/.cache. */
  readonly folder: string;
  /** The environment variable that may name a Python that has it. */
  readonly variable: string;
}

export const READER: PythonNeed = {
  tests: "the tests of the second reader",
  statement: "from cryptography.hazmat.primitives.ciphers.aead import AESGCM",
  requirement: "cryptography==48.0.0",
  folder: "reader-venv",
  variable: "COFFER_TEST_PYTHON",
};

/**
 * The path of a Python 3 that has what is needed: the one that the need's variable names, python3 on PATH, or a virtual environment below
 * node_modules, which is made where pip works.
 *
 * Null, and one loud line, where there is none: the caller skips. Throws instead with `CI` set, and when the variable names one that will not
 * do.
 */
export function findPython(need: PythonNeed, env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env[need.variable];
  if (named) {
    if (has(named, need)) return named;
    throw new Error(`${need.variable} is ${named}, which lacks ${need.requirement}`);
  }
  const found = ["python3", join(CACHE, need.folder, BIN)].find((python) => has(python, need)) ?? makeVenv(need);
  if (found !== null) return found;
  const missing = `no python3 with ${need.requirement} (set ${need.variable}, or let pip install it)`;
  if (env.CI) throw new Error(missing);
  process.stderr.write(`\n*** SKIPPED: ${need.tests}: ${missing} ***\n\n`);
  return null;
}

function has(python: string, { statement }: PythonNeed): boolean {
  return succeeds(python, ["-c", statement]);
}

/** Makes it beside its place and renames it there, so that no other test process sees half of one. */
function makeVenv(need: PythonNeed): string | null {
  mkdirSync(CACHE, { recursive: true });
  const draft = mkdtempSync(join(CACHE, `${need.folder}-`));
  const python = join(draft, BIN);
  const install = (...args: readonly string[]): boolean =>
    succeeds(python, ["-m", "pip", "install", "--quiet", ...args]);
  const made =
    succeeds("python3", ["-m", "venv", draft]) &&
    install(...need.requirement.split(" ")) &&
    (need.bare === undefined || install("--no-deps", "--no-build-isolation", ...need.bare.split(" ")));
  const place = join(CACHE, need.folder);
  if (made && !existsSync(join(place, BIN))) publish(draft, place);
  rmSync(draft, { recursive: true, force: true });
  const published = join(place, BIN);
  return has(published, need) ? published : null;
}

function publish(draft: string, place: string): void {
  try {
    renameSync(draft, place);
  } catch {
    // Another process was first; its environment is as good.
  }
}

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore", timeout: 300_000 }).status === 0;
}
