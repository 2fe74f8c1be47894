import type { BucketObjects } from "../../aws/s3/bucket-objects.js";
import { compareText } from "../../core/bytes.js";
import { findNameFault, findNamespaceFault, joinPath, quote } from "../../core/name.js";
import type { Scope } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { filesFolderOf, folderOf, type Place, parseKey } from "./layout.js";

/**
 * What a namespace of ours is there: a service's environment, whose variables are secrets; or, behind a part `files`, files of a service, whose labels are paths:
 * `app/files/tls/key.pem` is the file `tls/key.pem` of the service `app`.
 */
export type Area =
  | { readonly kind: "environment"; readonly service: string }
  /** `folder` is what the labels begin with: nothing, or a part of them with its slash. */
  | { readonly kind: "files"; readonly service: string; readonly folder: string };

const FILES = "files";

/** A service called `files` is one all the same: only behind another part the word means files. */
export function areaOf(namespace: string): Area {
  const parts = namespace.split("/");
  const files = parts.indexOf(FILES, 1);
  if (files < 0) return { kind: "environment", service: namespace };
  const folder = parts.slice(files + 1).map((part) => `${part}/`);
  return { kind: "files", service: parts.slice(0, files).join("/"), folder: folder.join("") };
}

/** Where the uploads of one secret lie. */
export function placeOf(area: Area, name: string): Place {
  return { service: area.service, label: area.kind === "files" ? `${area.folder}${name}` : null };
}

/** The ids of uploads in one namespace, oldest first: of the environment, or of each file. */
export interface NamespaceUploads {
  readonly namespace: string;
  readonly area: Area;
  /** By name; those of an environment under no name. */
  readonly ids: ReadonlyMap<string, readonly string[]>;
}

/** All uploads of a scope, by namespace in byte order. Throws `UNSUPPORTED` where there is one that no path can name. */
export async function findUploads(
  objects: BucketObjects,
  scope: Scope,
  signal: AbortSignal | undefined,
): Promise<NamespaceUploads[]> {
  const found = new Map<string, Map<string, string[]>>();
  signal?.throwIfAborted();
  for await (const { key } of objects.list(prefixOf(scope), { signal })) {
    const upload = parseKey(key);
    if (upload === null) continue;
    const [namespace, name] = pathOf(upload.place);
    if (!isInScope(namespace, scope)) continue;
    const names = found.get(namespace) ?? new Map<string, string[]>();
    found.set(namespace, names.set(name, [...(names.get(name) ?? []), upload.id]));
  }
  return [...found]
    .sort(([a], [b]) => compareText(a, b))
    .map(([namespace, ids]) => {
      assertNamed(
        namespace,
        [...ids.keys()].filter((name) => name !== ""),
      );
      for (const each of ids.values()) each.sort(compareText);
      return { namespace, area: areaOf(namespace), ids };
    });
}

/** Throws `UNSUPPORTED` for names that can stand in no path: nothing is left out in silence. */
export function assertNamed(namespace: string, names: readonly string[]): void {
  const odd = names.filter((name) => findNameFault(name) !== null);
  if (findNamespaceFault(namespace) === null && odd.length === 0) return;
  const listed = odd.length === 0 ? quote(namespace) : odd.map(quote).join(", ");
  throw new CofferError("UNSUPPORTED", `${quote(joinPath(namespace, ""))} holds what no path can name: ${listed}`, {
    hint: "name what you want, one by one; `coffer as microsecrets-download` shows everything",
  });
}

function prefixOf({ namespace, recursive = false }: Scope): string {
  if (recursive) return namespace === "" ? "services/" : `services/${namespace}/`;
  const area = areaOf(namespace);
  if (area.kind === "files") return `${filesFolderOf(area.service)}${area.folder}`;
  return folderOf({ service: area.service, label: null });
}

function pathOf({ service, label }: Place): [string, string] {
  if (label === null) return [service, ""];
  const path = `${service}/${FILES}/${label}`;
  const slash = path.lastIndexOf("/");
  return [path.slice(0, slash), path.slice(slash + 1)];
}

function isInScope(namespace: string, { namespace: wanted, recursive = false }: Scope): boolean {
  if (namespace === wanted) return true;
  return recursive && (wanted === "" || namespace.startsWith(`${wanted}/`));
}
