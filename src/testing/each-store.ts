import { compareText } from "../core/bytes.js";
import { assertContext, type Context, contextNames, contextParts } from "../core/context.js";
import { assertName, assertNamespace, joinPath, parsePath } from "../core/name.js";
import type {
  Capabilities,
  Change,
  ChangedName,
  Scope,
  Secret,
  SecretInfo,
  SecretStore,
} from "../core/secret-store.js";
import { CofferError } from "../errors.js";

/** As the stores of older tools are: one object for each version, whose number is any text, and contexts whose names are kept nowhere. */
export const EACH: Capabilities = {
  commit: "each",
  compareAndSet: "none",
  versions: "text",
  chooseVersion: true,
  context: true,
  stages: false,
  log: false,
  at: false,
  purge: false,
  listNeedsKey: false,
  metadata: [],
  keptVersions: Number.POSITIVE_INFINITY,
  maxValueBytes: 65_536,
};

type Kept = Secret & { readonly pairs: Context };

/** What is kept: the versions of each path, oldest first. Two stores over one such map are the same store. */
export type KeptVersions = Map<string, Kept[]>;

/** A store in memory that makes each change by itself. `onChange` may throw, as a store does that is lost midway. */
export function openEachStore({
  kept = new Map(),
  can = {},
  url = "each:test",
  now = () => new Date(),
  onChange = () => {},
}: {
  readonly kept?: KeptVersions;
  readonly can?: Partial<Capabilities>;
  readonly url?: string;
  readonly now?: () => Date;
  readonly onChange?: (change: Change) => void;
} = {}): SecretStore {
  const abilities = { ...EACH, ...can };
  return {
    url,
    can: abilities,
    async head(namespace, { signal } = {}) {
      signal?.throwIfAborted();
      assertNamespace(namespace);
      return null;
    },
    async *list(scope, { stage, signal } = {}) {
      assertPresent({ stage });
      signal?.throwIfAborted();
      assertNamespace(scope.namespace);
      for (const path of pathsOf(kept, scope)) yield describe(newest(kept, path));
    },
    async read(path, { version, context = {}, signal, ...state } = {}) {
      assertPresent(state);
      signal?.throwIfAborted();
      parsePath(path);
      const all = kept.get(path) ?? [];
      const found = version === undefined ? all.at(-1) : all.find((each) => each.version === version);
      return found === undefined ? null : open(found, context);
    },
    async readAll(scope, { only, context = {}, signal, ...state } = {}) {
      assertPresent(state);
      signal?.throwIfAborted();
      assertNamespace(scope.namespace);
      const wanted = new Set(only);
      const all = pathsOf(kept, scope).map((path) => newest(kept, path));
      const chosen = all.filter(({ name }) => only === undefined || wanted.delete(name));
      if (wanted.size > 0) throw new CofferError("NOT_FOUND", `no secret named ${[...wanted].join(", ")}`);
      const secrets = chosen.map((each) => open(each, contextNames(each.pairs).length === 0 ? {} : context));
      return { secrets, heads: [] };
    },
    async commit(namespace, changes, { dryRun = false, expect, signal } = {}) {
      signal?.throwIfAborted();
      if (expect !== undefined) throw new CofferError("UNSUPPORTED", "no heads are kept here");
      assertNamespace(namespace);
      if (changes.length === 0) throw new CofferError("USAGE", "a commit needs at least one change");
      for (const change of changes) assertChange(abilities, namespace, change);
      const target = dryRun ? copyOf(kept) : kept;
      const time = now();
      const changed: ChangedName[] = [];
      for (const change of changes) {
        if (!dryRun) onChange(change);
        changed.push(make(target, abilities, namespace, change, time));
      }
      return {
        ...{ namespace, changes: changed, time, sequence: 0 },
        ...{ commit: "", parent: null, author: null, message: null },
      };
    },
    log: (_namespace, { signal } = {}) => {
      signal?.throwIfAborted();
      throw new CofferError("UNSUPPORTED", "there is no log here");
    },
    async *history(path, { signal } = {}) {
      signal?.throwIfAborted();
      parsePath(path);
      for (const each of (kept.get(path) ?? []).toReversed()) yield describe(each);
    },
    purge: async () => {
      throw new CofferError("UNSUPPORTED", "nothing can be purged here");
    },
    close: async () => {},
  };
}

function assertPresent({ at, stage }: { readonly at?: string | undefined; readonly stage?: string | undefined }): void {
  if (at !== undefined || stage !== undefined) throw new CofferError("UNSUPPORTED", "only the present is kept here");
}

/** What is found before anything is done. */
function assertChange(can: Capabilities, namespace: string, change: Change): void {
  assertName(change.name);
  const path = joinPath(namespace, change.name);
  if (change.op === "promote" || ("stage" in change && change.stage !== undefined))
    throw new CofferError("UNSUPPORTED", "no stages are kept here");
  if (change.expect !== undefined) throw new CofferError("UNSUPPORTED", "no expectations are kept here");
  if (change.op === "delete") return;
  assertContext(change.context ?? {});
  if (contextNames(change.context ?? {}).length > 0 && !can.context)
    throw new CofferError("UNSUPPORTED", "no context is kept here");
  if (change.version !== undefined && !can.chooseVersion)
    throw new CofferError("UNSUPPORTED", "versions number themselves here");
  if (change.value.byteLength > can.maxValueBytes)
    throw new CofferError("INVALID", `the value of ${path} is larger than ${can.maxValueBytes} bytes`);
}

function make(kept: KeptVersions, can: Capabilities, namespace: string, change: Change, time: Date): ChangedName {
  const path = joinPath(namespace, change.name);
  const all = kept.get(path) ?? [];
  const last = all.at(-1);
  if (change.op === "delete") {
    if (last === undefined) throw new CofferError("NOT_FOUND", `no secret named ${path}`);
    kept.delete(path);
    return { name: change.name, version: last.version, change: "deleted" };
  }
  if (change.op !== "put") throw new TypeError("no stages are kept here");
  const { value, name, context: pairs = {}, version = String(Number(last?.version ?? 0) + 1) } = change;
  if (all.some((each) => each.version === version))
    throw new CofferError("CONFLICT", `${path} has a version ${version} already`);
  const described = { commit: null, author: null, message: null, stage: null, deleted: false, purged: false };
  const told = { namespace, name, version, time, type: change.type ?? "text", comment: null, expires: null } as const;
  const versions = [...all, { ...described, ...told, context: [], value, pairs }];
  // A store that numbers versions keeps the newest.
  kept.set(path, versions.slice(Math.max(versions.length - can.keptVersions, 0)));
  return { name, version, change: last === undefined ? "added" : "changed" };
}

function open({ pairs, ...secret }: Kept, context: Context): Secret {
  if (JSON.stringify(contextParts(pairs)) === JSON.stringify(contextParts(context))) return secret;
  throw new CofferError("CONTEXT", `${joinPath(secret.namespace, secret.name)} was put with another context`);
}

function describe({ value: _, pairs: __, ...info }: Kept): SecretInfo {
  return info;
}

function pathsOf(kept: KeptVersions, { namespace, recursive = false }: Scope): string[] {
  const isWithin = (path: string): boolean => {
    const own = parsePath(path).namespace;
    return own === namespace || (recursive && (namespace === "" || own.startsWith(`${namespace}/`)));
  };
  return [...kept.keys()].filter(isWithin).sort(compareText);
}

function newest(kept: KeptVersions, path: string): Kept {
  const found = kept.get(path)?.at(-1);
  if (found === undefined) throw new TypeError("a path that is kept has a version");
  return found;
}

function copyOf(kept: KeptVersions): KeptVersions {
  return new Map(Array.from(kept, ([path, versions]) => [path, [...versions]]));
}
