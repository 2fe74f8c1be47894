import { decodeBase64url } from "../../core/bytes.js";
import type { Call } from "../../core/call.js";
import { isEqualInConstantTime } from "../../core/ciphers.js";
import { type Context, pickContext } from "../../core/context.js";
import type { KeyRecord } from "../../core/documents/key-table.js";
import { inboxPrefix } from "../../core/layout.js";
import { quote } from "../../core/name.js";
import { authenticate, openSubmitted } from "../../core/sealing.js";
import type { Sensitive } from "../../core/sensitive.js";
import { CofferError, isCofferError } from "../../errors.js";
import type { Owner } from "../key-ring.js";
import type { VaultParts } from "../parts.js";
import type { FoundSubmission } from "./read-inbox.js";

/** A submission whose MAC holds, with its values. */
export interface OpenedSubmission extends FoundSubmission {
  /** The pairs that it was handed in with. */
  readonly context: Context;
  /** The values of its puts, in their order. */
  readonly values: readonly Sensitive[];
}

/**
 * Opens a submission that was found where it belongs; `pool`: pairs from which it takes those that it names. docs/FORMAT.md section 21. Throws `CONTEXT`, `ACCESS_DENIED`,
 * `INTEGRITY`.
 */
export async function openSubmission(
  parts: Pick<VaultParts, "ring">,
  owner: Owner,
  found: FoundSubmission,
  pool: Context,
  options: Call = {},
): Promise<OpenedSubmission> {
  const { header, puts, mac, authenticated } = found.document;
  const place = inboxPrefix(owner.namespace) + header.id;
  const names = header.key.context ?? [];
  const context = pickContext(pool, names);
  if (context === null) throw lacksContext(place, names, pool);
  const key = await openKey(parts, owner, header.key, context, place, options);
  const expected = authenticate(key, "submission", authenticated);
  if (!isEqualInConstantTime(expected, decodeBase64url(mac) ?? new Uint8Array(0))) throw changed(place);
  const values = puts.map(({ name, type, value }) => {
    const where = { ...owner, submission: header.id, name, type, context };
    const opened = openSubmitted(key, where, decodeBase64url(value) ?? new Uint8Array(0));
    if (opened === null) throw changed(place);
    return opened;
  });
  return { ...found, context, values };
}

/** What the key ring says of a key does not tell which submission it is of. */
async function openKey(
  { ring }: Pick<VaultParts, "ring">,
  owner: Owner,
  record: KeyRecord,
  context: Context,
  place: string,
  options: Call,
): Promise<Sensitive> {
  try {
    return await ring.open(record, owner, "epoch", context, options);
  } catch (cause) {
    if (isCofferError(cause, "INTEGRITY")) throw changed(place, cause);
    if (!isCofferError(cause, "CONTEXT") && !isCofferError(cause, "ACCESS_DENIED")) throw cause;
    const { code, message, hint } = cause;
    throw new CofferError(code, `${place} does not open: ${message}`, {
      ...(hint === undefined ? {} : { hint }),
      cause,
    });
  }
}

function lacksContext(place: string, names: readonly string[], pool: Context): CofferError {
  const missing = names.filter((name) => !Object.hasOwn(pool, name));
  return new CofferError(
    "CONTEXT",
    `${place} was handed in with a context: ${missing.map(quote).join(", ")} is not given`,
    { hint: `give it: ${missing.map((name) => `-c ${name}=…`).join(" ")}` },
  );
}

function changed(place: string, cause?: unknown): CofferError {
  return new CofferError("INTEGRITY", `${place} is not as it was handed in`, {
    hint: "somebody changed it: reject it, and have it handed in again",
    cause,
  });
}
