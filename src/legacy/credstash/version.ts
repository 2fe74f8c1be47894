import { compareText } from "../../core/bytes.js";
import { CofferError } from "../../errors.js";
import { parsePythonInt } from "../python-text/python-int.js";

/** How long a version is when it is stored, in characters: the digits of Python's sys.maxint. */
const STORED_LENGTH = 19;

/** A version as `put` stores it: zeros before it up to 19 characters, whatever it is. */
export function padVersion(version: string): string {
  return "0".repeat(Math.max(STORED_LENGTH - [...version].length, 0)) + version;
}

/**
 * Where a version that somebody names may be stored, in the order in which to look: as credstash takes it, that is as a number where it is short; then as it was
 * written, for items of releases before 1.8, and as `put` would store it, for texts.
 */
export function findStoredVersions(version: string): readonly string[] {
  if ([...version].length >= STORED_LENGTH) return [version];
  const number = parsePythonInt(version);
  const places = [...(number === null ? [] : [padVersion(number.toString())]), version, padVersion(version)];
  return [...new Set(places)].filter((place) => place !== "");
}

/** The same as the original takes it: a short version is a number, and as such stands behind zeros, or as it was written. Throws `INVALID` for a short text. */
export function requireStoredVersions(version: string): readonly string[] {
  if ([...version].length >= STORED_LENGTH || parsePythonInt(version) !== null) return findStoredVersions(version);
  throw new CofferError("INVALID", "the version is no number", {
    hint: "a text is given as it is stored, with the zeros before it that `list` shows",
  });
}

/** True where a version that somebody names is the one that is stored so. */
export function isSameVersion(named: string, stored: string): boolean {
  return findStoredVersions(named).includes(stored);
}

/**
 * The version behind the latest one, as it is stored; `null`: there is none yet. It always sorts behind it, so that it becomes the latest: where a number without zeros before it
 * is the latest (or nineteen nines), the next number behind zeros would sort before it, so it goes behind that number's own digits: `3` is followed by
 * `3000000000000000004`. Throws `CONFLICT` where the latest is no number.
 */
export function nextVersion(latest: string | null): string {
  if (latest === null) return padVersion("1");
  const number = parsePythonInt(latest);
  if (number === null) throw noNumber(latest);
  const next = (number + 1n).toString();
  const usual = padVersion(next);
  if (compareText(usual, latest) > 0) return usual;
  if (!/^[0-9]+$/.test(latest)) throw noNumber(latest);
  return latest.length < STORED_LENGTH ? latest.padEnd(STORED_LENGTH - next.length, "0") + next : `${latest}0`;
}

function noNumber(latest: string): CofferError {
  return new CofferError("CONFLICT", `can not autoincrement version: the current version ${latest} is not an int`, {
    hint: "say which version it is to be: -v",
  });
}
