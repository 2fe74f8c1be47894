import { CofferError } from "../../errors.js";
import { dotenvName, quoteForDotenv } from "../credentials/dotenv-line.js";
import { writeCsv } from "../python-text/csv.js";
import { dumpJson } from "../python-text/json.js";

export type Pair = readonly [name: string, value: string];

/** How several credentials are printed; `refuse` says what cannot be printed so. */
export interface Form {
  readonly write: (pairs: readonly Pair[]) => string | Promise<string>;
  readonly refuse: (pair: Pair) => CofferError | null;
}

const anything = (): null => null;

const FORMS: Readonly<Record<string, Form>> = {
  json: { write: (pairs) => dumpJson(pairs, { indent: 4, sorted: true }), refuse: anything },
  yaml: { write: async (pairs) => (await import("../python-text/yaml.js")).dumpYaml(pairs), refuse: anything },
  csv: { write: (pairs) => writeCsv(pairs, "\n"), refuse: anything },
  dotenv: { write: (pairs) => pairs.map(writeDotenvLine).join(""), refuse: refuseDotenv },
};

export function findForm(name: string = "json"): Form {
  const form = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
  if (form === undefined) throw new TypeError("a format is one of those that the grammar has");
  return form;
}

/** As credstash writes it, but where that would end the quotes and let a shell run the rest. */
function writeDotenvLine([name, value]: Pair): string {
  return `${dotenvName(name) ?? ""}=${value.includes("'") ? quoteForDotenv(value) : `'${value}'`}\n`;
}

function refuseDotenv([name, value]: Pair): CofferError | null {
  if (dotenvName(name) === null) return new CofferError("FAILED", "a shell would not take its name for a variable's");
  return value.includes("\0") ? new CofferError("FAILED", "no variable can hold its NUL byte") : null;
}
