import { type Context, contextNames, pickContext } from "../core/context.js";
import type { SecretPath } from "../core/name.js";
import type { SecretInfo, VersionInfo } from "../core/secret-store.js";
import type { Sensitive } from "../core/sensitive.js";
import { CofferError, isCofferError } from "../errors.js";
import { isVault } from "../open/open-store.js";
import type { Vault } from "../vault/contract.js";
import type { Contexts, Side } from "./contract.js";
import { pathOf, show } from "./find-targets.js";
import { groupBy } from "./group-by.js";
import { inParallel } from "./in-parallel.js";

/** A version that is to be opened. `current`: asked for as what is current, not by its number. */
export interface Item {
  readonly path: SecretPath;
  readonly info: VersionInfo;
  readonly current: boolean;
}

/** An opened version and the pairs that opened it. */
interface Opened {
  readonly item: Item;
  readonly value: Sensitive;
  readonly context: Context;
}

/** How many secrets of a namespace are read with one call, so that not all of their values are held at once. */
const PER_CALL = 256;

/** What a version is known by among those of one store. */
export function idOf(path: SecretPath, { version }: VersionInfo): string {
  return `${version}\0${pathOf(path)}`;
}

/**
 * Opens versions, in any order, with as few calls as the store allows. Throws `CONTEXT` at the end, naming all that no context given opens; with `lenient` they are
 * passed over.
 */
export async function* openEach(
  side: Side,
  items: readonly Item[],
  contexts: Contexts,
  options: { readonly signal: AbortSignal; readonly lenient: boolean },
): AsyncGenerator<Opened> {
  const closed: Item[] = [];
  const apart: Item[] = [];
  const together: Item[] = [];
  for (const item of items) {
    const candidates = contextsFor(contexts, item);
    if (candidates.length === 0) closed.push(item);
    else (isPlain(side, contexts, item) ? together : apart).push(item);
  }
  for await (const found of openTogether(side, together, contexts, options.signal)) {
    if ("value" in found) yield found;
    else apart.push(found);
  }
  for await (const found of inParallel(apart, (item) => openOne(side, item, contexts))) {
    if ("value" in found) yield found;
    else closed.push(found);
  }
  if (closed.length > 0 && !options.lenient) throw lacking(closed);
}

/** Opens one version with the contexts that it may have; itself where none opens it. Throws `NOT_FOUND` where it is gone. */
export async function openOne(side: Side, item: Item, contexts: Contexts): Promise<Opened | Item> {
  const { path, info, current } = item;
  for (const context of contextsFor(contexts, item)) {
    try {
      const version = current ? {} : { version: info.version };
      const secret = await side.store.read(pathOf(path), { ...side.call(), ...version, context });
      if (secret === null) throw gone(item);
      return { item, value: secret.value, context };
    } catch (error) {
      if (!isCofferError(error, "CONTEXT")) throw error;
    }
  }
  return item;
}

/** The contexts that may open a version, the likelier first; none where pairs that it names are not given. */
function contextsFor({ pool, byPath }: Contexts, { path, info }: Item): readonly Context[] {
  const own = byPath.get(pathOf(path));
  const shared = byPath.get(`${path.namespace}/`);
  const said = own ?? shared;
  if (info.context.length > 0) {
    const picked = pickContext({ ...pool, ...said }, info.context);
    return picked === null ? [] : [picked];
  }
  if (own !== undefined) return [own];
  return [{}, ...[shared ?? pool].filter((pairs) => contextNames(pairs).length > 0)];
}

/** True where the pairs of the pool that it names are the whole of its context, so that it can be opened beside others. */
function isPlain({ store }: Side, { pool, byPath }: Contexts, { path }: Item): boolean {
  if (byPath.has(pathOf(path)) || byPath.has(`${path.namespace}/`)) return false;
  return store.can.metadata.includes("context") || contextNames(pool).length === 0;
}

async function* openTogether(
  side: Side,
  items: readonly Item[],
  contexts: Contexts,
  signal: AbortSignal,
): AsyncGenerator<Opened | Item> {
  for (const [namespace, all] of groupBy(items, ({ path }) => path.namespace)) {
    const [current, past] = [all.filter((item) => item.current), all.filter((item) => !item.current)];
    for (let start = 0; start < current.length; start += PER_CALL)
      yield* openCurrent(side, namespace, current.slice(start, start + PER_CALL), contexts);
    if (past.length === 0) continue;
    if (isVault(side.store)) yield* openPast(side.store, namespace, past, contexts, signal);
    else yield* past;
  }
}

async function* openCurrent(
  { store, call }: Side,
  namespace: string,
  items: readonly Item[],
  { pool }: Contexts,
): AsyncGenerator<Opened | Item> {
  const byName = new Map(items.map((item) => [item.path.name, item]));
  try {
    const only = [...byName.keys()];
    const { secrets } = await store.readAll({ namespace }, { ...call(), only, context: pool });
    for (const secret of secrets) {
      const item = byName.get(secret.name);
      if (item !== undefined) yield { item, value: secret.value, context: pickContext(pool, secret.context) ?? {} };
    }
  } catch (error) {
    if (!isCofferError(error, "CONTEXT")) throw error;
    yield* items;
  }
}

/** Past versions of a vault lie many in one commit, each of which is read once. */
async function* openPast(
  vault: Vault,
  namespace: string,
  items: readonly Item[],
  { pool }: Contexts,
  signal: AbortSignal,
): AsyncGenerator<Opened | Item> {
  const left = new Map(items.map((item) => [idOf(item.path, item.info), item]));
  const open = (info: SecretInfo): boolean => left.has(idOf(info, info));
  try {
    for await (const { value, ...info } of vault.versions(namespace, { signal, context: pool, open })) {
      const item = left.get(idOf(info, info));
      if (item === undefined || value === null) continue;
      left.delete(idOf(info, info));
      yield { item, value, context: pickContext(pool, info.context) ?? {} };
    }
  } catch (error) {
    if (!isCofferError(error, "CONTEXT")) throw error;
  }
  yield* left.values();
}

function lacking(closed: readonly Item[]): CofferError {
  const named = closed.map(({ path, info }) => {
    const names = info.context.length === 0 ? "" : ` (${info.context.join(", ")})`;
    return `${show(path)}${names}`;
  });
  return new CofferError("CONTEXT", `context is needed, and not given, for ${[...new Set(named)].join(", ")}`, {
    hint: "give the pairs with -c NAME=VALUE or --contexts FILE; nothing was copied",
  });
}

function gone({ path, info, current }: Item): CofferError {
  const what = current ? show(path) : `version ${info.version} of ${show(path)}`;
  return new CofferError("NOT_FOUND", `${what} is not there any more`, {
    hint: "somebody removed it meanwhile: repeat the copy",
  });
}
