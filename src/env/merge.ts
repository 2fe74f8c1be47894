import { decodeUtf8 } from "../core/bytes.js";
import { quote } from "../core/name.js";
import { CofferError } from "../errors.js";
import { isDangerousName } from "./dangerous-names.js";
import type { EnvEntry } from "./entry.js";
import { isEnvironmentName } from "./environment-name.js";

export interface EnvironmentRequest {
  /** The environment that the child would inherit. */
  readonly base: Readonly<Record<string, string | undefined>>;
  /** Leave the base out altogether: the child gets the entries and nothing else, not even PATH. */
  readonly pristine: boolean;
  readonly entries: readonly EnvEntry[];
  /** Dangerous names that are wanted all the same. */
  readonly allow: readonly string[];
  readonly platform: NodeJS.Platform;
}

// MAX_ARG_STRLEN of the Linux kernel, for `NAME=value` and the NUL behind it: include/uapi/linux/binfmts.h
const LINUX_STRING_BYTES = 128 * 1024;

interface Check extends EnvironmentRequest {
  /** How many entries mean the same variable. */
  readonly counts: ReadonlyMap<string, number>;
}

interface Rule {
  readonly breaks: (entry: EnvEntry, check: Check) => boolean;
  readonly complaint: string;
  readonly hint: string;
}

const MAP = "give it another name with `--map VAR=NAME`";

/** In this order, and the first that an entry breaks is the one it is listed under. */
const RULES: readonly Rule[] = [
  {
    breaks: ({ name }) => !isEnvironmentName(name),
    complaint: "no name for an environment variable",
    hint: `${MAP} or \`--upper\``,
  },
  {
    breaks: ({ name }, { platform }) => isOwn(name, platform),
    complaint: "reserved for coffer itself",
    hint: MAP,
  },
  {
    breaks: ({ name }, check) => isRefused(name, check),
    complaint: "able to run code in the program or to redirect it",
    hint: "if that is what you want, `--allow NAME,…`, else `--map VAR=NAME`",
  },
  {
    breaks: ({ name }, { counts, platform }) => (counts.get(fold(name, platform)) ?? 0) > 1,
    complaint: "given more than once",
    hint: MAP,
  },
  {
    breaks: ({ value }) => decodeUtf8(value.reveal()) === null,
    complaint: "not UTF-8, which an environment cannot carry",
    hint: "hand it over with `--as-file NAME=PATH`",
  },
  {
    breaks: ({ value }) => value.reveal().includes(0),
    complaint: "holding a NUL byte, which an environment cannot carry",
    hint: "hand it over with `--as-file NAME=PATH`",
  },
  {
    breaks: ({ name, value }, { platform }) =>
      platform === "linux" && name.length + 1 + value.byteLength + 1 > LINUX_STRING_BYTES,
    complaint: "too long (a Linux environment string holds at most 128 KiB)",
    hint: "hand it over with `--as-file NAME=PATH`",
  },
];

/**
 * Makes the environment of a child: the base without any `COFFER_*` variable (they name, or are, our own
 * credentials), or nothing if `pristine`, and the entries over it. The record has no prototype, so every name is an
 * ordinary one.
 *
 * Throws `USAGE` listing every entry that cannot or must not be handed over, and why; then nothing may be started.
 */
export function buildEnvironment(request: EnvironmentRequest): Record<string, string> {
  assertAcceptable(request);
  const { base, pristine, entries, platform } = request;
  // A null prototype is what makes `__proto__` a name like any other; the cast says what Object.create cannot.
  const environment = Object.create(null) as Record<string, string>;
  const replaced = new Set(entries.map(({ name }) => fold(name, platform)));
  for (const [name, value] of pristine ? [] : Object.entries(base)) {
    if (value === undefined || isOwn(name, platform) || replaced.has(fold(name, platform))) continue;
    environment[name] = value;
  }
  for (const { name, value } of entries) environment[name] = Buffer.from(value.reveal()).toString("utf8");
  return environment;
}

function assertAcceptable(request: EnvironmentRequest): void {
  const offenders = RULES.map((): string[] => []);
  const check = { ...request, counts: countNames(request) };
  for (const entry of request.entries) {
    const broken = RULES.findIndex((rule) => rule.breaks(entry, check));
    offenders[broken]?.push(printable(entry.name));
  }
  const found = RULES.flatMap(({ complaint, hint }, index) => {
    const names = [...new Set(offenders[index])];
    return names.length === 0 ? [] : [{ text: `${names.join(", ")} (${complaint})`, hint }];
  });
  if (found.length === 0) return;
  throw new CofferError("USAGE", `cannot put into the environment: ${found.map(({ text }) => text).join("; ")}`, {
    hint: [...new Set(found.map(({ hint }) => hint))].join("; "),
  });
}

function isRefused(name: string, { allow, platform }: EnvironmentRequest): boolean {
  const allowed = allow.some((wanted) => fold(wanted, platform) === fold(name, platform));
  return !allowed && isDangerousName(name, { ignoreCase: platform === "win32" });
}

function isOwn(name: string, platform: NodeJS.Platform): boolean {
  return fold(name, platform).startsWith("COFFER_");
}

function countNames({ entries, platform }: EnvironmentRequest): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { name } of entries) counts.set(fold(name, platform), 1 + (counts.get(fold(name, platform)) ?? 0));
  return counts;
}

/** Windows does not tell the cases of variables apart. */
function fold(name: string, platform: NodeJS.Platform): string {
  return platform === "win32" ? name.toUpperCase() : name;
}

function printable(name: string): string {
  return isEnvironmentName(name) ? name : quote(name);
}
