import type { Tier } from "../../aws/ssm/client.js";
import { decodeUtf8, utf8Length } from "../../core/bytes.js";
import { quote } from "../../core/name.js";
import type { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";

// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
// https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm
const MAX_LEVELS = 15;
const MAX_NAME_CHARACTERS = 1011;
const MAX_DESCRIPTION_CHARACTERS = 1024;

/** How many versions of a parameter are kept; the oldest goes when one more is made. */
export const KEPT_VERSIONS = 100;

/** How many bytes a value may have. Who leaves the tier to the account has what every account has. */
export function maxValueBytes(tier: Tier | undefined): number {
  return tier === "Advanced" || tier === "Intelligent-Tiering" ? 8192 : 4096;
}

/** What keeps a name from being any parameter's, or null. */
export function findParameterFault(name: string): string | null {
  if (!/^[A-Za-z0-9_./-]+$/.test(name)) return "has other characters than A-Z a-z 0-9 _ . - and slashes";
  if (name.length > MAX_NAME_CHARACTERS) return `is longer than ${MAX_NAME_CHARACTERS} characters`;
  if (name.includes("/") && !/^(\/[^/]+)+$/.test(name)) return "has an empty part, or no slash at its beginning";
  return name.split("/").length - 1 > MAX_LEVELS ? `has more than ${MAX_LEVELS} levels` : null;
}

/** True for a name that AWS keeps for itself. */
export function isReserved(name: string): boolean {
  return /^\/?(aws|ssm)/i.test(name);
}

/** Throws `USAGE` for a name under which Parameter Store takes nothing. */
export function assertWritable(name: string): void {
  const fault = isReserved(name) ? 'begins with "aws" or "ssm", which AWS keeps for itself' : findParameterFault(name);
  if (fault !== null) throw new CofferError("USAGE", `the parameter ${quote(name)} ${fault}`);
}

/** Throws `INVALID` for a value that no parameter of that tier can hold. `what` names it. */
export function assertValue(value: Sensitive, what: string, tier: Tier | undefined): void {
  const most = maxValueBytes(tier);
  if (value.byteLength > most) {
    throw new CofferError("INVALID", `the value of ${what} has ${value.byteLength} bytes, and ${most} are the most`, {
      hint: most < 8192 ? "advanced parameters hold 8192: ssm:…?tier=advanced" : "keep it in a store of Coffer's own",
    });
  }
  if (value.byteLength === 0) throw new CofferError("INVALID", `the value of ${what} is empty, which no parameter is`);
  if (decodeUtf8(value.reveal()) !== null) return;
  throw new CofferError("INVALID", `the value of ${what} is not UTF-8, and parameters are text`, {
    hint: "store it in base64, or in a store of Coffer's own",
  });
}

/** Throws `INVALID`. */
export function assertDescription(text: string, what: string): void {
  if (text.length <= MAX_DESCRIPTION_CHARACTERS && utf8Length(text) > 0) return;
  throw new CofferError(
    "INVALID",
    `the comment of ${what} is empty or has more than ${MAX_DESCRIPTION_CHARACTERS} characters`,
  );
}
