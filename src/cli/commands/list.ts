import { findNamespaceFault, joinPath } from "../../core/name.js";
import type { SecretInfo } from "../../core/secret-store.js";
import { parseNamespace } from "../../settings/namespace.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import { resolvePath } from "../arguments/path.js";
import type { Command } from "../command.js";
import { printable, renderJson, renderTable, showTime } from "../output/render.js";
import { secretJson } from "../output/version-json.js";
import { assertStoreExists, type Session, withStore } from "../session.js";

/** `coffer list [PREFIX]` */
export const list: Command = {
  arguments: [{ name: "PREFIX", help: "a namespace and all below it, or a path; whole parts only", optional: true }],
  options: ["long", "deleted"],
  notes: [
    "One path per line, in byte order. It needs no key; so nothing vouches for what it shows until something is read.",
  ],
  examples: [
    ["coffer list", "everything, or the default namespace"],
    ["coffer list prod/ --long", "prod and what is below it, with versions and times"],
  ],
  json: ["store", "verified", "secrets"],
  run: async (task) => {
    const { flags, world } = task;
    const defaultNamespace = findDefaultNamespace(task);
    const [prefix] = task.arguments;
    const wanted =
      prefix === undefined
        ? { namespace: defaultNamespace ?? "", path: null }
        : parsePrefix(prefix, defaultNamespace ?? "");
    const { secrets, store, verified } = await withStore(
      task,
      async (session) => {
        const found = await collect(session, wanted, { deleted: flags.has("deleted") });
        if (found.length === 0) await assertStoreExists(task, session.store, session.call());
        // Without its key our own store can say what is there, but not that somebody with the key has put it there.
        return { secrets: found, store: session.store.url, verified: session.store.can.listNeedsKey };
      },
      { key: "unused" },
    );
    if (flags.has("json")) await world.stdout.write(renderJson({ store, verified, secrets: secrets.map(secretJson) }));
    else
      await world.stdout.write(flags.has("long") ? renderTable(secrets.map(longRow)) : secrets.map(shortRow).join(""));
    return 0;
  },
};

interface Wanted {
  /** Null where the prefix can be no namespace. */
  readonly namespace: string | null;
  /** Where the prefix may be a secret's own path as well. */
  readonly path: { readonly namespace: string; readonly name: string } | null;
}

function parsePrefix(typed: string, defaultNamespace: string): Wanted {
  if (typed.endsWith("/")) return { namespace: parseNamespace(typed), path: null };
  const path = resolvePath(typed, defaultNamespace);
  const namespace = joinPath(path.namespace, path.name);
  return { namespace: findNamespaceFault(namespace) === null ? namespace : null, path };
}

/** In byte order: a secret's path stands before all that is below a namespace of the same name. */
async function collect({ store, call }: Session, wanted: Wanted, options: { deleted: boolean }): Promise<SecretInfo[]> {
  const found: SecretInfo[] = [];
  const { path, namespace } = wanted;
  if (path !== null) {
    for await (const info of store.list({ namespace: path.namespace }, { ...call(), ...options })) {
      if (info.name === path.name) found.push(info);
    }
  }
  if (namespace !== null) {
    for await (const info of store.list({ namespace, recursive: true }, { ...call(), ...options })) found.push(info);
  }
  return found;
}

function shortRow({ namespace, name }: SecretInfo): string {
  return `${printable(joinPath(namespace, name))}\n`;
}

function longRow(info: SecretInfo): string[] {
  const state = info.deleted ? "deleted" : info.expires === null ? "-" : `expires ${showTime(info.expires)}`;
  return [
    joinPath(info.namespace, info.name),
    info.version,
    showTime(info.time),
    info.deleted ? "-" : info.type,
    state,
    info.comment ?? "",
  ];
}
