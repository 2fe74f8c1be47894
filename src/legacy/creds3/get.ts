import type { KeyContext } from "../../aws/kms/data-keys.js";
import { openPace } from "../../aws/pace.js";
import { decodeUtf8, joinBytes } from "../../core/bytes.js";
import { quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { parseContextPairs } from "../credentials/context-pairs.js";
import { expandWildcard, isWildcard } from "../credentials/wildcard.js";
import { dumpJson } from "../python-text/json.js";
import { notThere } from "./delete.js";
import { type Place, showVersion } from "./format.js";
import type { Request } from "./grammar.js";
import { listLatest } from "./latest.js";
import type { Run, Session } from "./session.js";
import { AT_ONCE, findLatest, openVersion } from "./shelf.js";

/** `creds3 get`: the bytes of one credential, or with a `*` in its name those of all that match, as JSON in one line. */
export function prepareGet(request: Request): Run {
  const name = request.positional("credential");
  const version = request.option("version") || undefined;
  const context = parseContextPairs(request.context);
  const end = request.has("noline") ? "" : "\n";
  return async (session) => {
    const output = isWildcard(name)
      ? `${dumpJson(await getMatching(session, name, version, context))}\n`
      : joinBytes(await getOne(session, name, version, context), Buffer.from(end));
    await session.world.stdout.write(output);
    return 0;
  };
}

async function getOne(
  { shelf, location, world: { signal } }: Session,
  name: string,
  version: string | undefined,
  context: KeyContext,
): Promise<Uint8Array> {
  const found = version ?? (await findLatest(shelf, name, signal))?.version;
  if (found === undefined) throw notThere(name, location);
  const opened = await openVersion(shelf, { name, version: found }, context, signal);
  if (opened === null) throw noVersion({ name, version: found }, location);
  return opened.value.reveal();
}

async function getMatching(
  { shelf, location, world: { signal } }: Session,
  pattern: string,
  version: string | undefined,
  context: KeyContext,
): Promise<(readonly [string, string])[]> {
  const latest = new Map((await listLatest(shelf, signal)).map((entry) => [entry.name, entry]));
  const pace = openPace(AT_ONCE);
  const getting = expandWildcard(pattern, latest.keys()).map((name) =>
    pace(async () => {
      const place = { name, version: version ?? latest.get(name)?.version ?? "" };
      const opened = await openVersion(shelf, place, context, signal);
      if (opened === null) throw noVersion(place, location);
      const text = decodeUtf8(opened.value.reveal());
      if (text === null) throw notText(name);
      return [name, text] as const;
    }),
  );
  return Promise.all(getting);
}

/** What is no text does not go into one. */
export function notText(name: string): CofferError {
  return new CofferError("FAILED", `${quote(name)} is not UTF-8, which this form cannot carry`, {
    hint: "`creds3 get -n NAME` prints its bytes",
  });
}

/** The version that was asked for is not there. */
export function noVersion(place: Place, location: string): CofferError {
  return new CofferError("NOT_FOUND", `there is no ${showVersion(place)} in ${location}`, {
    hint: "versions are texts: 01 is not 1; see what there is with `creds3 list`",
  });
}
