import { compareText, encodeBase64url } from "../../core/bytes.js";
import type { Call } from "../../core/call.js";
import type { Context } from "../../core/context.js";
import { INBOX_EPOCH } from "../../core/documents/key-table.js";
import { FORMAT } from "../../core/documents/lines.js";
import {
  encodeSubmission,
  MAX_SUBMISSION_BYTES,
  makeSubmissionId,
  parseSubmission,
  type SubmissionHeader,
  type SubmittedPut,
} from "../../core/documents/submission.js";
import { authenticate, sealSubmitted } from "../../core/sealing.js";
import { CofferError } from "../../errors.js";
import { shownNamespace } from "../heads/found-head.js";
import type { Owner } from "../key-ring.js";
import type { VaultParts } from "../parts.js";
import { makeKey } from "../writing/plan-changes.js";
import type { Submittable } from "./contract.js";

/** What a submission says of itself in clear. */
export interface Outline {
  readonly header: Omit<SubmissionHeader, "key">;
  /** In byte order of the names. */
  readonly puts: readonly Omit<SubmittedPut, "value">[];
}

/** A submission but for its key and its values. */
export async function outlineSubmission(
  parts: VaultParts,
  owner: Owner,
  puts: readonly Submittable[],
  message: string | undefined,
): Promise<Outline> {
  const author = await parts.findAuthor();
  const header: Outline["header"] = {
    coffer: FORMAT,
    kind: "submission",
    store: owner.store,
    namespace: owner.namespace,
    id: makeSubmissionId(parts.random(16)),
    time: parts.now().toISOString(),
    ...(author === undefined ? {} : { author }),
    ...(message === undefined || message === "" ? {} : { message }),
  };
  const listed = puts.map(({ name, type = "text", comment, expires }) => ({
    name,
    type,
    ...(comment === undefined || comment === "" ? {} : { comment }),
    ...(expires === undefined ? {} : { expires: expires.toISOString() }),
  }));
  return { header, puts: listed.sort((a, b) => compareText(a.name, b.name)) };
}

/** Its bytes, under a data key that is made for it. Throws `INVALID` for one that is too large, and what making the key throws. */
export async function sealSubmission(
  parts: VaultParts,
  { header, puts }: Outline,
  values: readonly Submittable[],
  context: Context,
  options: Call,
): Promise<Uint8Array> {
  const { store, namespace, id } = header;
  const { key, record } = await makeKey(
    parts,
    { store, namespace },
    { epoch: INBOX_EPOCH, use: "epoch", context },
    options,
  );
  const byName = new Map(values.map(({ name, value }) => [name, value]));
  const sealed = puts.map((put) => {
    const value = byName.get(put.name);
    if (value === undefined) throw new TypeError("every put of an outline has its value");
    const place = { store, namespace, submission: id, name: put.name, type: put.type, context };
    return { ...put, value: encodeBase64url(sealSubmitted(key, place, value, parts.random)) };
  });
  const bytes = encodeSubmission({ ...header, key: record }, sealed, (text) =>
    encodeBase64url(authenticate(key, "submission", text)),
  );
  if (bytes.byteLength > MAX_SUBMISSION_BYTES) {
    throw new CofferError("INVALID", `this submission to ${shownNamespace(namespace)} is larger than 32 MiB`, {
      hint: "hand it in in several parts",
    });
  }
  // What cannot be read must never be written: the writer is its own first reader.
  parseSubmission(bytes, "the new submission");
  return bytes;
}
