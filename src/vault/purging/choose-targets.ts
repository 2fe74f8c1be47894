import type { Call } from "../../core/call.js";
import type { HeadEntry } from "../../core/documents/head.js";
import { joinPath, quote } from "../../core/name.js";
import { isInRanges, joinRanges, type Ranges } from "../../core/ranges.js";
import type { VersionId } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import type { VerifiedHead } from "../heads/found-head.js";
import { walkChain } from "../history/chain.js";
import type { VaultParts } from "../parts.js";
import type { PurgeSelection } from "./contract.js";

/** Versions of a name, or all of them with the name itself. */
export interface PurgeTarget {
  readonly name: string;
  readonly versions: Ranges | "all";
}

/** What a selection means on a head. Throws `USAGE` for what is no version, `NOT_FOUND` for names that there never were. */
export async function chooseTargets(
  parts: VaultParts,
  head: VerifiedHead,
  selection: PurgeSelection,
  options: Call,
): Promise<PurgeTarget[]> {
  const { entries } = head.document;
  const names = "versions" in selection ? [selection.name] : selection.name === undefined ? [] : [selection.name];
  const missing = names.filter((name) => !entries.has(name));
  for (const name of missing) await assertForgotten(parts, head, name, options);
  if ("before" in selection) return chooseOld(parts, head, selection, options);
  const { name, versions } = selection;
  return [{ name, versions: versions === "all" ? "all" : parseVersions(versions) }];
}

function parseVersions(versions: readonly VersionId[]): Ranges {
  const numbers = versions.map((version) => {
    if (/^[1-9]\d{0,15}$/.test(version) && Number.isSafeInteger(Number(version))) return Number(version);
    throw new CofferError("USAGE", `the version ${quote(version)} is no whole number from 1 on`);
  });
  return joinRanges(
    [],
    numbers.map((number) => [number, number] as const),
  );
}

/** Of each name what is older, but for what is current or staged; and the names whose deletion is older. */
async function chooseOld(
  parts: VaultParts,
  head: VerifiedHead,
  { before, name: only }: { readonly before: Date; readonly name?: string },
  options: Call,
): Promise<PurgeTarget[]> {
  const old = await findOld(parts, head, before, options);
  return [...head.document.entries.values()].flatMap((entry): PurgeTarget[] => {
    if (only !== undefined && entry.name !== only) return [];
    if (isLongGone(entry, before)) return [{ name: entry.name, versions: "all" }];
    const numbers = (old.get(entry.name) ?? []).filter((version) => !isInUse(entry, version));
    const left = numbers.filter((version) => !isInRanges(entry.purged ?? [], version));
    if (left.length === 0) return [];
    return [
      {
        name: entry.name,
        versions: joinRanges(
          [],
          left.map((version) => [version, version] as const),
        ),
      },
    ];
  });
}

/** The numbers of the versions that were made before, by name; nothing of what a name was before it was forgotten. */
async function findOld(
  parts: VaultParts,
  head: VerifiedHead,
  before: Date,
  options: Call,
): Promise<Map<string, number[]>> {
  const old = new Map<string, number[]>();
  const forgotten = new Set<string>();
  for await (const { header } of walkChain(parts, head, options)) {
    const isOld = Date.parse(header.time) < before.getTime();
    for (const change of header.changes.toReversed()) {
      if (change.op === "forget") forgotten.add(change.name);
      if (!isOld || (change.op !== "put" && change.op !== "delete") || forgotten.has(change.name)) continue;
      const numbers = old.get(change.name) ?? [];
      old.set(change.name, [...numbers, change.version]);
    }
  }
  return old;
}

function isLongGone({ current, staged }: HeadEntry, before: Date): boolean {
  if (current === undefined || !("deleted" in current) || staged !== undefined) return false;
  return Date.parse(current.time) < before.getTime();
}

function isInUse({ current, staged }: HeadEntry, version: number): boolean {
  return current?.version === version || (staged ?? []).some((item) => item.version === version);
}

/** A name that is not there may be one that was purged before. */
async function assertForgotten(parts: VaultParts, head: VerifiedHead, name: string, options: Call): Promise<void> {
  for await (const { header } of walkChain(parts, head, options)) {
    if (header.changes.some((change) => change.op === "forget" && change.name === name)) return;
  }
  throw new CofferError("NOT_FOUND", `there never was a secret named ${quote(joinPath(head.owner.namespace, name))}`);
}
