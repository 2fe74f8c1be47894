import type { ParameterInfo } from "../../aws/ssm/client.js";
import type { Call } from "../../core/call.js";
import { assertNamespace, assertStage, type SecretPath } from "../../core/name.js";
import type { Scope, SecretInfo } from "../../core/secret-store.js";
import { findParameterFault } from "./limits.js";
import { describeSecret, type Shelf, sortSecrets } from "./shelf.js";

/** What lies in a scope, with descriptions and authors; what was deleted is gone, and never listed. */
export async function* listSecrets(
  shelf: Shelf,
  scope: Scope,
  { signal, stage }: Call & { stage?: string } = {},
): AsyncIterable<SecretInfo> {
  signal?.throwIfAborted();
  assertNamespace(scope.namespace);
  const found = await describeScope(shelf, scope, signal);
  if (stage === undefined) {
    yield* sortSecrets(found.map(({ path, known }) => describeSecret(path, known)));
    return;
  }
  const labelled = await shelf.ssm.get(
    labelNames(
      found.map(({ known }) => known.name),
      stage,
    ),
    { decrypt: false },
    signal,
  );
  yield* sortSecrets(
    labelled.flatMap((known) => {
      const path = shelf.place.find(known.name);
      return path === null ? [] : [describeSecret(path, { ...known, labels: [stage] })];
    }),
  );
}

/** The parameters of a scope, without values. */
export async function describeScope(
  { ssm, place }: Shelf,
  { namespace, recursive = false }: Scope,
  signal: AbortSignal | undefined,
): Promise<{ path: SecretPath; known: ParameterInfo }[]> {
  const path = place.pathOf(namespace);
  if (path !== null && findParameterFault(path === "/" ? "/x" : `${path}/x`) !== null) return [];
  const all = await ssm.describe(path === null ? [] : [{ path, recursive }], signal);
  return all.flatMap((known) => {
    const found = place.find(known.name);
    return found === null || (!recursive && found.namespace !== namespace) ? [] : [{ path: found, known }];
  });
}

/** How versions with a label are asked for. A label never begins with a digit: what does would be a version's number. */
export function labelNames(names: readonly string[], label: string): string[] {
  assertStage(label);
  return /^\d/.test(label) ? [] : names.map((name) => `${name}:${label}`);
}
