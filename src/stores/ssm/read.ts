import type { Parameter } from "../../aws/ssm/client.js";
import type { Context } from "../../core/context.js";
import { assertNamespace, joinPath, parsePath, quote, type SecretPath } from "../../core/name.js";
import type { Head, Read, Scope, Secret, VersionId } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { findParameterFault } from "./limits.js";
import { describeScope, labelNames } from "./list.js";
import { describeSecret, type Shelf, sortSecrets } from "./shelf.js";

/** How many names one filter of DescribeParameters takes. */
const MAX_FILTER_NAMES = 50;
const DECRYPT = { decrypt: true };

/** One secret, as it is, by its version's number or by a label; null where there is none. */
export async function readSecret(
  shelf: Shelf,
  path: string,
  { version, stage, at, context = {}, details = false, signal }: Read & { version?: VersionId } = {},
): Promise<Secret | null> {
  signal?.throwIfAborted();
  const secret = parsePath(path);
  assertNow(at);
  assertNoContext(context);
  if (version !== undefined) assertVersion(version);
  const name = shelf.place.nameOf(secret);
  const asked =
    version !== undefined ? [`${name}:${version}`] : stage === undefined ? [name] : labelNames([name], stage);
  if (asked.length === 0 || findParameterFault(name) !== null) return null;
  const [[found], described] = await Promise.all([
    shelf.ssm.get(asked, DECRYPT, signal),
    details ? describeOne(shelf, name, { current: version === undefined && stage === undefined }, signal) : [],
  ]);
  if (found === undefined) return null;
  const known = described.find((each) => each.version === found.version);
  return toSecret(secret, { ...known, ...found, ...(stage === undefined ? {} : { labels: [stage] }) });
}

/** All of a scope, or those of its names; with a stage, the versions that have this label stand in the place of those that are current. */
export async function readAllSecrets(
  shelf: Shelf,
  scope: Scope,
  { only, stage, at, details = false, signal }: Read & { only?: readonly string[] } = {},
): Promise<{ secrets: Secret[]; heads: Head[] }> {
  signal?.throwIfAborted();
  assertNamespace(scope.namespace);
  assertNow(at);
  const current = await readScope(shelf, scope, only, signal);
  const names = current.map(({ name }) => name);
  const labelled = stage === undefined ? [] : await shelf.ssm.get(labelNames(names, stage), DECRYPT, signal);
  const described = details ? await describeMany(shelf, names, signal) : [];
  const byName = new Map(
    labelled.map((found) => [found.name, { ...found, labels: stage === undefined ? [] : [stage] }]),
  );
  const secrets = current.flatMap((parameter) => {
    const path = shelf.place.find(parameter.name);
    const found = byName.get(parameter.name) ?? parameter;
    const known = described.find(({ name, version }) => name === found.name && version === found.version);
    return path === null || (!scope.recursive && path.namespace !== scope.namespace)
      ? []
      : [toSecret(path, { ...known, ...found })];
  });
  if (only !== undefined) assertAllThere(scope.namespace, only, secrets);
  return { secrets: sortSecrets(secrets), heads: [] };
}

/** The parameters with their values: directly where they are named, else page by page; those without a path have to be looked for first. */
async function readScope(
  { ssm, place, ...shelf }: Shelf,
  scope: Scope,
  only: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): Promise<Parameter[]> {
  const { namespace, recursive = false } = scope;
  const path = place.pathOf(namespace);
  if (only !== undefined && !recursive) {
    const names = only.map((name) => place.nameOf({ namespace, name }));
    return ssm.get(
      names.filter((name) => findParameterFault(name) === null),
      DECRYPT,
      signal,
    );
  }
  const found = await readWhole({ ssm, place, ...shelf }, path, scope, signal);
  return only === undefined ? found : found.filter(({ name }) => only.includes(place.find(name)?.name ?? ""));
}

async function readWhole(
  shelf: Shelf,
  path: string | null,
  scope: Scope,
  signal: AbortSignal | undefined,
): Promise<Parameter[]> {
  if (path === null) {
    const there = await describeScope(shelf, scope, signal);
    const found = await shelf.ssm.get(
      there.map(({ known }) => known.name),
      DECRYPT,
      signal,
    );
    return found;
  }
  if (findParameterFault(path === "/" ? "/x" : `${path}/x`) !== null) return [];
  return shelf.ssm.getByPath(path, { ...DECRYPT, recursive: scope.recursive ?? false }, signal);
}

type Described = Awaited<ReturnType<Shelf["ssm"]["describe"]>>;

/** Of what is current DescribeParameters tells it, of other versions their history. */
function describeOne(
  { ssm }: Shelf,
  name: string,
  { current }: { current: boolean },
  signal: AbortSignal | undefined,
): Promise<Described> {
  return current ? ssm.describe([{ names: [name] }], signal) : ssm.history(name, signal);
}

async function describeMany(
  { ssm }: Shelf,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Described> {
  const pages: Promise<Described>[] = [];
  for (let at = 0; at < names.length; at += MAX_FILTER_NAMES) {
    pages.push(ssm.describe([{ names: names.slice(at, at + MAX_FILTER_NAMES) }], signal));
  }
  return (await Promise.all(pages)).flat();
}

function toSecret(path: SecretPath, found: Parameters<typeof describeSecret>[1] & Pick<Parameter, "value">): Secret {
  const { value } = found;
  if (value === null) throw new TypeError("a parameter that was decrypted has a value");
  return { ...describeSecret(path, found), value };
}

function assertAllThere(namespace: string, only: readonly string[], secrets: readonly SecretPath[]): void {
  const there = new Set(secrets.map(({ name }) => name));
  const missing = [...new Set(only)].filter((name) => !there.has(name));
  if (missing.length === 0) return;
  const named = missing.map((name) => quote(joinPath(namespace, name)));
  throw new CofferError("NOT_FOUND", `no secret named ${named.join(", ")}`, {
    hint: "see what there is with `coffer list`",
  });
}

function assertVersion(version: VersionId): void {
  if (/^[1-9]\d{0,15}$/.test(version) && Number.isSafeInteger(Number(version))) return;
  throw new CofferError("USAGE", `${quote(version)} is no version: versions are whole numbers from 1`);
}

function assertNow(at: string | undefined): void {
  if (at === undefined) return;
  throw new CofferError("UNSUPPORTED", "Parameter Store cannot show the state of a time", {
    hint: "the versions of one secret are shown by `coffer history`, and read with --version",
  });
}

function assertNoContext(context: Context): void {
  if (Object.keys(context).length === 0) return;
  throw new CofferError("UNSUPPORTED", "Parameter Store knows no context: its own is bound to each value by AWS");
}
