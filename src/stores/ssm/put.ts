import { isEqualBytes } from "../../core/bytes.js";
import { joinPath, quote } from "../../core/name.js";
import type { Change } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import type { Shelf } from "./shelf.js";

type Put = Extract<Change, { op: "put" }>;

/**
 * Writes one value and gives the version that it is. What is expected not to exist is made only where it does not. An expected version, which Parameter Store
 * cannot be held to, was compared before; here it is compared once more, by the version that was made. Throws `CONFLICT`; where the value was written all the same, it says so.
 */
export async function putOne(
  shelf: Shelf,
  namespace: string,
  change: Put,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { ssm, place, key, tier } = shelf;
  const name = place.nameOf({ namespace, name: change.name });
  const path = quote(joinPath(namespace, change.name));
  const { version, isRepeated } = await ssm.put(
    {
      name,
      value: change.value,
      isNew: change.expect === null,
      ...(change.comment === undefined ? {} : { description: change.comment }),
      ...(key === undefined ? {} : { key }),
      ...(tier === undefined ? {} : { tier }),
    },
    signal,
  );
  if (version === null) {
    if (isRepeated && (await isOurs(shelf, name, [1], change, signal))) return 1;
    throw new CofferError("CONFLICT", `${path} is there already, and was expected not to exist`, {
      hint: "leave out --if-version 0 to write over it",
    });
  }
  if (change.expect == null || version === Number(change.expect) + 1) return version;
  // After an answer that was lost there may be two versions of ours, one after the other.
  const between = versionsBetween(Number(change.expect), version);
  if (isRepeated && (await isOurs(shelf, name, between, change, signal))) return version;
  throw new CofferError(
    "CONFLICT",
    `${path} was written as version ${version}, but was not at version ${change.expect} any more: somebody else wrote at the same time`,
    { hint: `Parameter Store cannot refuse it. See what is there: coffer history ${joinPath(namespace, change.name)}` },
  );
}

function versionsBetween(before: number, made: number): number[] {
  return Array.from({ length: Math.min(Math.max(made - before - 1, 0), 10) }, (_, index) => before + 1 + index);
}

/** True where all of these versions have our value. */
async function isOurs(
  { ssm }: Shelf,
  name: string,
  versions: readonly number[],
  { value }: Put,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const found = await ssm.get(
    versions.map((version) => `${name}:${version}`),
    { decrypt: true },
    signal,
  );
  return (
    versions.length > 0 &&
    found.length === versions.length &&
    found.every((each) => each.value !== null && isEqualBytes(each.value.reveal(), value.reveal()))
  );
}
