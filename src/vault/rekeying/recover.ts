import type { Call } from "../../core/call.js";
import type { CommitDocument } from "../../core/documents/commit.js";
import { CofferError, isCofferError } from "../../errors.js";
import type { KeyWrapper } from "../../keys/key-provider.js";
import { damaged } from "../damaged.js";
import { shownNamespace, type VerifiedHead } from "../heads/found-head.js";
import { findHead, loadHead, proveHead } from "../heads/load-head.js";
import { assertNotBehind, describeHead } from "../heads/rollback.js";
import { walkChain } from "../history/chain.js";
import { KeyRing, keyHolders } from "../key-ring.js";
import type { VaultParts } from "../parts.js";
import type { Problem } from "../verifying/contract.js";
import { type Check, checkChain } from "../verifying/verify-chain.js";
import { checkValues } from "../verifying/verify-values.js";
import { assertTexts } from "../writing/commit-changes.js";
import type { RecoverOptions, RekeyReport } from "./contract.js";
import { isProvenBy, unproven } from "./origin.js";
import { surveyKeys, transferKeys } from "./transfer.js";

/** Gives a namespace whose master key is lost a new one, by the recovery key: see `Vault.recover`, and docs/FORMAT.md section 20. */
export async function recoverNamespace(
  parts: VaultParts,
  namespace: string,
  options: RecoverOptions,
): Promise<RekeyReport> {
  assertTexts(parts, options.message);
  const call: Call = options.signal === undefined ? {} : { signal: options.signal };
  const { identities, context: pool = {}, onProgress } = options;
  const reading = { ...parts, ring: new KeyRing(...identities) };
  const proven = await proveNamespace(reading, namespace, options, call);
  const leniency = { context: options.skipContext ?? false, closed: true };
  // Before anybody is asked for a new key, or makes one, it is clear that all opens which has to.
  const survey = { parts: reading, add: [NOBODY], drop: null, pool, leniency, onProgress };
  await surveyKeys(survey, proven, { ...call, begins: true });
  const to = await options.to();
  const holders = await keyHolders({ ...parts, keys: to });
  // Nothing is remembered before it is done: that a head opened says nothing of where it comes from.
  const next: VaultParts = { ...parts, memory: null, keys: to, ring: new KeyRing(to, ...identities) };
  const known = new Set([proven.document.header.commit]);
  const report = await transferKeys(
    {
      parts: next,
      after: next,
      holders,
      add: holders,
      drop: null,
      pool,
      leniency,
      load: (again) => loadDescendant(next, proven, known, again),
      message: options.message,
      olderThan: undefined,
      dryRun: options.dryRun ?? false,
      onProgress,
    },
    call,
  );
  if (options.dryRun !== true) await remember({ ...next, memory: parts.memory }, namespace, report, call);
  return report;
}

/** A key that no data key is wrapped for yet, so that all of them are looked at. */
const NOBODY: KeyWrapper = {
  id: "nobody",
  wrap: () => Promise.reject(new TypeError("a survey wraps nothing")),
};

/** The head, once its origin is shown and everything under it is as it was written. */
async function proveNamespace(
  parts: VaultParts,
  namespace: string,
  { head: given, acceptUnproven = false }: RecoverOptions,
  call: Call,
): Promise<VerifiedHead> {
  const head = await findAndProve(parts, namespace, given, call);
  const chain: CommitDocument[] = [];
  for await (const commit of walkChain(parts, head, call)) chain.push(commit);
  const ids = [head.remembered?.commit, parts.minimumHead?.commit, given];
  const known = new Set(ids.flatMap((id) => id ?? []));
  if (given !== undefined && !chain.some(({ id }) => id === given)) throw otherHead(head, given);
  if (!acceptUnproven && !isProvenBy(known, head, chain)) throw unproven(known, head, chain);
  await assertAsWritten(parts, head, chain, call);
  return head;
}

async function findAndProve(
  parts: VaultParts,
  namespace: string,
  given: string | undefined,
  call: Call,
): Promise<VerifiedHead> {
  const bare = await findHead({ ...parts, memory: null }, namespace, call);
  if (bare === null || bare === "unchanged") {
    throw new CofferError("NOT_FOUND", `there is no head of ${shownNamespace(namespace)}`, {
      hint: "restore the store from a backup; `coffer list` shows what it holds",
    });
  }
  // A person who names the head itself overrules what is remembered, as with `accept`.
  const found = bare.document.header.commit === given ? bare : await findHead(parts, namespace, call);
  if (found === null || found === "unchanged") throw damaged(`the head of ${shownNamespace(namespace)} has gone`);
  const head = await proveHead(parts, found, call);
  await assertNotBehind(parts, head, call);
  return head;
}

/** Throws `INTEGRITY` where something is not as it was written. What is not wrapped for the recovery key stays closed. */
async function assertAsWritten(
  parts: VaultParts,
  head: VerifiedHead,
  chain: readonly CommitDocument[],
  call: Call,
): Promise<void> {
  const problems: Problem[] = [];
  const check: Check = async (object, act) => {
    try {
      await act();
      return true;
    } catch (error) {
      if (!isCofferError(error) || error.code === "UNREACHABLE" || error.code === "INTERRUPTED") throw error;
      if (error.code !== "ACCESS_DENIED") problems.push({ object, code: error.code, message: error.message });
      return error.code === "ACCESS_DENIED";
    }
  };
  await checkChain(head, chain, check);
  await checkValues(parts, head, chain, { withKey: true, check }, call);
  const [first] = problems;
  if (first === undefined) return;
  const more = problems.length === 1 ? "" : ` (and ${problems.length - 1} more)`;
  throw new CofferError("INTEGRITY", `${first.object}: ${first.message}${more}`, {
    hint: "nothing was changed; `coffer verify --no-key` shows all that is damaged: restore it from a backup first",
  });
}

/** The head as it is now, if it stands on the one that was proven, and its key vouches for it. */
async function loadDescendant(
  parts: VaultParts,
  proven: VerifiedHead,
  known: ReadonlySet<string>,
  call: Call,
): Promise<VerifiedHead> {
  const { namespace } = proven.owner;
  const head = await loadHead(parts, namespace, call);
  const { epoch, keys, commit } = proven.document.header;
  const now = head?.document.header;
  if (head !== null && now?.commit === commit) return head;
  if (head === null || now?.epoch !== epoch || now.keys[0]?.id !== keys[0]?.id) throw changedMeanwhile(namespace);
  for await (const { id } of walkChain(parts, head, call)) if (known.has(id)) return head;
  throw changedMeanwhile(namespace);
}

async function remember(parts: VaultParts, namespace: string, { commit }: RekeyReport, call: Call): Promise<void> {
  const { memory, keys, objects } = parts;
  if (memory === null || keys === null) return;
  const head = await loadHead({ ...parts, memory: null }, namespace, call);
  // Another may have written since; what he wrote is remembered when it is read.
  if (head?.document.header.commit === commit) await memory.save(objects.url, namespace, describeHead(head, keys.id));
}

function otherHead({ owner, document }: VerifiedHead, given: string): CofferError {
  return new CofferError(
    "CONFLICT",
    `${shownNamespace(owner.namespace)} has no commit ${given}; its head is ${document.header.commit}`,
    { hint: "if the one that you know is right, this is another store or a changed one: restore it from a backup" },
  );
}

function changedMeanwhile(namespace: string): CofferError {
  return new CofferError("CONFLICT", `${shownNamespace(namespace)} was changed meanwhile`, {
    hint: "make sure that nobody else writes, then begin again",
  });
}
