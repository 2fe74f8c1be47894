import { CofferError } from "../../errors.js";

const DURATION = /^(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,7})m)?(?:(\d{1,8})s)?$/;
const TIME =
  /^(\d{4}-\d\d-\d\d)(?:[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d))?$/;
const SECOND = 1_000;

/** A duration from now (`90d`, `12h`, `1d12h`) or a time: RFC 3339, or a date, which means its first moment in UTC. Throws `USAGE`. */
export function parseWhen(text: string, flag: string, now: Date): Date {
  const milliseconds = parseDuration(text);
  if (milliseconds !== null) return new Date(now.getTime() + milliseconds);
  const time = parseTime(text);
  if (time !== null) return time;
  throw new CofferError("USAGE", `--${flag} is neither a duration such as 90d or 12h nor a time`, {
    hint: "a time is written 2026-05-04 or 2026-05-04T03:02:01Z",
  });
}

/** `1d12h`, `30m`, `10s`: in ms; null for what is no duration. */
export function parseDuration(text: string): number | null {
  const [whole, days = "0", hours = "0", minutes = "0", seconds = "0"] = DURATION.exec(text) ?? [];
  if (!whole) return null;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * SECOND;
}

function parseTime(text: string): Date | null {
  const [, date] = TIME.exec(text) ?? [];
  if (date === undefined) return null;
  const midnight = new Date(`${date}T00:00:00Z`);
  // Some engines take 31 February for 3 March.
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== date) return null;
  return text.length === date.length ? midnight : new Date(text.toUpperCase());
}
