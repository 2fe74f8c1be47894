import type { KeyContext } from "../../aws/kms/data-keys.js";
import { joinBytes } from "../../core/bytes.js";
import { quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { isWildcard, matchWildcard } from "../credentials/wildcard.js";
import { parsePairs } from "./context.js";
import type { StoredItem } from "./format.js";
import { findForm } from "./forms.js";
import type { Request } from "./grammar.js";
import { readSeveral } from "./read-several.js";
import type { Run, Session } from "./session.js";
import { collectVersions, findLatest, findVersion, openVersion } from "./table.js";
import { requireStoredVersions } from "./version.js";

/** What is asked for. */
interface Wanted {
  readonly name: string;
  /** Empty: the latest. */
  readonly version: string;
  readonly context: KeyContext;
}

/** `credstash get`: the bytes of one credential, or those of all whose names match, in the order of the table. */
export function prepareGet(request: Request): Run {
  const name = request.positional("credential");
  const wanted = { name, version: request.option("version") ?? "", context: parsePairs(request.context) };
  const form = findForm(request.option("format"));
  if (isWildcard(name)) return (session) => printMatching(session, wanted, form);
  const end = request.has("noline") ? "" : "\n";
  return async (session) => {
    await session.world.stdout.write(joinBytes(await getOne(session, wanted), Buffer.from(end)));
    return 0;
  };
}

async function getOne({ table, openKeys, world: { signal } }: Session, wanted: Wanted): Promise<Uint8Array> {
  const { name, version, context } = wanted;
  const places = version === "" ? null : requireStoredVersions(version);
  const keys = openKeys();
  const item: StoredItem | null =
    places === null ? await findLatest(table, name, signal) : await findVersion(table, name, places, signal);
  if (item === null) throw notThere(wanted, table.name);
  return (await openVersion(keys, item, context, signal)).reveal();
}

/** All that match, or nothing of them. */
async function printMatching(
  { table, openKeys, world: { stdout, stderr, signal } }: Session,
  { name, version, context }: Wanted,
  form: ReturnType<typeof findForm>,
): Promise<number> {
  const places = version === "" ? null : requireStoredVersions(version);
  const matches = matchWildcard(name);
  const keys = openKeys();
  const items = await collectVersions(table, matches, places, signal);
  const { pairs, failures } = await readSeveral(keys, items, { context, form, signal });
  if (failures.length === 0) await stdout.write(await form.write(pairs));
  for (const line of failures) await stderr.write(line);
  return failures.length === 0 ? 0 : 1;
}

function notThere({ name, version }: Wanted, table: string): CofferError {
  const what = version === "" ? "" : ` version ${quote(version)} of`;
  return new CofferError("NOT_FOUND", `there is no${what} ${quote(name)} in the table ${table}`, {
    hint: "see what there is: list",
  });
}
