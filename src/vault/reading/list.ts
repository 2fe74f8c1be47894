import { compareText } from "../../core/bytes.js";
import type { Call } from "../../core/call.js";
import { headPrefix, namespaceOfHead } from "../../core/layout.js";
import { joinPath } from "../../core/name.js";
import type { Commit, Scope, SecretInfo, Seen } from "../../core/secret-store.js";
import type { FoundHead } from "../heads/found-head.js";
import { findHead, loadHead } from "../heads/load-head.js";
import { assertNotBehind } from "../heads/rollback.js";
import { describeCommit, describeVersion } from "../history/describe.js";
import type { VaultParts } from "../parts.js";

/** The namespaces of a scope that were ever written to, in byte order. */
export async function findNamespaces(parts: VaultParts, scope: Scope, options: Call = {}): Promise<string[]> {
  if (scope.recursive !== true) return [scope.namespace];
  const found: string[] = [];
  for await (const key of parts.objects.list(headPrefix(scope.namespace), options)) {
    const namespace = namespaceOfHead(key);
    if (namespace !== null && isWithin(namespace, scope.namespace)) found.push(namespace);
  }
  return found.sort(compareText);
}

/** What the heads of a scope tell without a key, in byte order of the path. Nothing of it is verified by a MAC. */
export async function* listSecrets(
  parts: VaultParts,
  scope: Scope,
  options: Call & Seen & { deleted?: boolean; stage?: string } = {},
): AsyncGenerator<SecretInfo> {
  const { deleted = false, stage, ...call } = options;
  const found: SecretInfo[] = [];
  for (const namespace of await findNamespaces(parts, scope, call)) {
    found.push(...(await listNamespace(parts, namespace, stage, call)).filter((secret) => deleted || !secret.deleted));
  }
  const path = ({ namespace, name }: SecretInfo): string => joinPath(namespace, name);
  yield* found.sort((a, b) => compareText(path(a), path(b)));
}

/** The commits of a namespace, newest first. Without a key they are what hashes lead to from the head, which nothing vouches for. */
export async function* listCommits(parts: VaultParts, namespace: string, options: Call = {}): AsyncGenerator<Commit> {
  const head = await (parts.keys === null ? findUnproven : loadHead)(parts, namespace, options);
  if (head === null) return;
  const { walkChain } = await import("../history/chain.js");
  for await (const commit of walkChain(parts, head, options)) yield describeCommit(commit);
}

/** A head that is not behind what is remembered, though nobody has checked its MAC. */
async function findUnproven(parts: VaultParts, namespace: string, options: Call): Promise<FoundHead | null> {
  const head = await findHead(parts, namespace, options);
  if (head === null || head === "unchanged") return null;
  await assertNotBehind(parts, head, options);
  return head;
}

async function listNamespace(
  parts: VaultParts,
  namespace: string,
  stage: string | undefined,
  { seen, ...options }: Call & Seen,
): Promise<SecretInfo[]> {
  const head = parts.latest.find(namespace, seen?.commit) ?? (await findUnproven(parts, namespace, options));
  if (head === null) return [];
  return [...head.document.entries.values()].flatMap(({ name, current, staged }) => {
    const version = stage === undefined ? current : staged?.find((item) => item.stage === stage);
    return version === undefined ? [] : [describeVersion(namespace, name, version, stage ?? null)];
  });
}

function isWithin(namespace: string, scope: string): boolean {
  return scope === "" || namespace === scope || namespace.startsWith(`${scope}/`);
}
