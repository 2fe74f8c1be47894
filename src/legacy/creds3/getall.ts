import type { KeyContext } from "../../aws/kms/data-keys.js";
import { openPace } from "../../aws/pace.js";
import { decodeUtf8 } from "../../core/bytes.js";
import { quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { parseContextPairs } from "../credentials/context-pairs.js";
import { dotenvName, quoteForDotenv } from "../credentials/dotenv-line.js";
import { writeCsv } from "../python-text/csv.js";
import { dumpJson } from "../python-text/json.js";
import type { Entry } from "./format.js";
import { notText, noVersion } from "./get.js";
import type { Request } from "./grammar.js";
import { listLatest } from "./latest.js";
import type { Run, Session } from "./session.js";
import { AT_ONCE, openVersion } from "./shelf.js";

type Pair = readonly [name: string, value: string];

/** How what was read is written, and what of it cannot be. */
interface Form {
  readonly write: (pairs: readonly Pair[]) => string | Promise<string>;
  readonly refuse?: (pair: Pair) => CofferError | null;
}

const FORMS: Readonly<Record<string, Form>> = {
  json: { write: (pairs) => dumpJson(pairs, { indent: 4, sorted: true }) },
  yaml: { write: async (pairs) => (await import("../python-text/yaml.js")).dumpYaml(pairs) },
  csv: { write: (pairs) => writeCsv(pairs, "\r\n") },
  dotenv: { write: writeDotenv, refuse: refuseDotenv },
};

/**
 * `creds3 getall`: prints all that opens. For each that does not there is a line on stderr, and the exit code is 1: creds3 leaves it out without a word.
 */
export function prepareGetall(request: Request): Run {
  const context = parseContextPairs(request.context);
  const version = request.option("version") || undefined;
  const form: Form = FORMS[request.option("format") ?? "json"] ?? { write: () => "" };
  return async (session) => {
    const { stdout, stderr, signal } = session.world;
    const entries = await listLatest(session.shelf, signal);
    const pace = openPace(AT_ONCE);
    const read = await Promise.all(
      entries.map((entry) => pace(() => readEntry(session, { ...entry, ...asked(version) }, context, form))),
    );
    await stdout.write(`${await form.write(read.flatMap(({ pair }) => (pair === undefined ? [] : [pair])))}\n`);
    const failures = read.flatMap(({ failure }) => failure ?? []);
    for (const line of failures) await stderr.write(line);
    return failures.length === 0 ? 0 : 1;
  };
}

function asked(version: string | undefined): Partial<Pick<Entry, "version">> {
  return version === undefined ? {} : { version };
}

async function readEntry(
  { shelf, location, world: { signal } }: Session,
  entry: Entry,
  context: KeyContext,
  { refuse }: Form,
): Promise<{ pair?: Pair; failure?: string }> {
  const { name } = entry;
  try {
    const opened = await openVersion(shelf, entry, context, signal);
    if (opened === null) throw noVersion(entry, location);
    const text = decodeUtf8(opened.value.reveal());
    if (text === null) throw notText(name);
    const refusal = refuse?.([name, text]) ?? null;
    if (refusal !== null) throw refusal;
    return { pair: [name, text] };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CofferError)) throw error;
    return { failure: `coffer: error: ${quote(name)} is left out: ${error.message}\n` };
  }
}

function writeDotenv(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${dotenvName(name) ?? ""}=${quoteForDotenv(value)}\n`).join("");
}

function refuseDotenv([name, value]: Pair): CofferError | null {
  if (dotenvName(name) === null) return new CofferError("FAILED", "a shell would not take its name for a variable's");
  return value.includes("\0") ? new CofferError("FAILED", "no variable can hold its NUL byte") : null;
}
