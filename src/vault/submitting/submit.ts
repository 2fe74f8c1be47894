import { encodeHex } from "../../core/bytes.js";
import type { Call } from "../../core/call.js";
import { sha256 } from "../../core/ciphers.js";
import { assertContext, type Context, contextNames } from "../../core/context.js";
import { MAX_SUBMITTED } from "../../core/documents/submission.js";
import { inboxPrefix } from "../../core/layout.js";
import { quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { knownStore } from "../heads/load-head.js";
import type { VaultParts } from "../parts.js";
import { assertTexts } from "../writing/commit-changes.js";
import { assertChanges } from "../writing/plan-changes.js";
import { outlineSubmission, sealSubmission } from "./build-submission.js";
import type { Submission, Submittable } from "./contract.js";
import { describeSubmission } from "./describe-submission.js";
import { putSubmission } from "./put-submission.js";

interface SubmitOptions extends Call {
  readonly context?: Context;
  readonly message?: string;
  readonly dryRun?: boolean;
}

/** Hands new values in: see `Vault.submit`, and docs/FORMAT.md section 21. */
export async function submitPuts(
  parts: VaultParts,
  namespace: string,
  puts: readonly Submittable[],
  options: SubmitOptions = {},
): Promise<Submission> {
  const { context = {}, message, dryRun = false, ...call } = options;
  assertPuts(puts);
  assertTexts(parts, message);
  assertContext(context);
  const owner = { store: await requireKnownStore(parts, namespace), namespace };
  const outline = await outlineSubmission(parts, owner, puts, message);
  if (dryRun) return describeSubmission(outline.header, contextNames(context), outline.puts, "");
  const bytes = await sealSubmission(parts, outline, puts, context, call);
  await putSubmission(parts, inboxPrefix(namespace), outline.header.id, bytes, call);
  return describeSubmission(outline.header, contextNames(context), outline.puts, encodeHex(sha256(bytes)));
}

function assertPuts(puts: readonly Submittable[]): void {
  if (puts.length > MAX_SUBMITTED)
    throw new CofferError("INVALID", `${puts.length} values are more than ${MAX_SUBMITTED} of one submission`);
  assertChanges(puts.map((put) => ({ op: "put", ...put })));
  const names = new Set<string>();
  for (const { name } of puts) {
    if (names.has(name)) throw new CofferError("USAGE", `${quote(name)} stands in the submission twice`);
    names.add(name);
  }
}

/** Who may neither read nor list knows which store it is beforehand, or not at all. */
async function requireKnownStore(parts: VaultParts, namespace: string): Promise<string> {
  const remembered = (await parts.memory?.find(parts.objects.url, namespace)) ?? null;
  const store = await knownStore(parts, remembered);
  if (store !== null) return store;
  throw new CofferError("USAGE", "the store's id is not known, and who hands something in reads nothing of the store", {
    hint: "pin it: store_id in the profile, or COFFER_STORE_ID; `coffer init --json` prints it to who can read the store",
  });
}
