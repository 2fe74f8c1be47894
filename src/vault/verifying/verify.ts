import type { Call } from "../../core/call.js";
import type { CommitDocument } from "../../core/documents/commit.js";
import { STORE_RECORD_KEY } from "../../core/documents/store-record.js";
import { commitKey, headKey } from "../../core/layout.js";
import { CofferError, isCofferError } from "../../errors.js";
import { damaged } from "../damaged.js";
import type { FoundHead } from "../heads/found-head.js";
import { findHead, proveHead, readStoreId } from "../heads/load-head.js";
import { assertNotBehind } from "../heads/rollback.js";
import { readCommit } from "../history/chain.js";
import type { VaultParts } from "../parts.js";
import { findNamespaces } from "../reading/list.js";
import type { NamespaceReport, Problem } from "./contract.js";
import { type Check, checkChain } from "./verify-chain.js";
import { checkValues } from "./verify-values.js";

interface VerifyOptions extends Call {
  readonly namespaces?: readonly string[];
  readonly noKey?: boolean;
}

/** Walks and replays whole namespaces: see `Vault.verify`, and docs/FORMAT.md section 15. */
export async function* verifyNamespaces(
  parts: VaultParts,
  options: VerifyOptions = {},
): AsyncGenerator<NamespaceReport> {
  const { namespaces, noKey = false, ...call } = options;
  const stated: Stated = { store: undefined };
  const record = await collect(STORE_RECORD_KEY, async () => {
    stated.store = await readStoreId(parts, call);
  });
  if (record.length > 0) yield { namespace: "", commits: 0, head: null, problems: record };
  const manner = { withKey: !noKey && parts.keys !== null, stated };
  for (const namespace of namespaces ?? (await findNamespaces(parts, { namespace: "", recursive: true }, call))) {
    yield verifyNamespace(parts, namespace, manner, call);
  }
}

/** What the store's own record says: its id; null where there is no record, undefined where it cannot be read, which is a problem of its own. */
interface Stated {
  store: string | null | undefined;
}

async function verifyNamespace(
  parts: VaultParts,
  namespace: string,
  { withKey, stated }: { readonly withKey: boolean; readonly stated: Stated },
  options: Call,
): Promise<NamespaceReport> {
  const problems: Problem[] = [];
  const check: Check = async (object, act) => {
    const found = await collect(object, act);
    problems.push(...found);
    return found.length === 0;
  };
  let head: FoundHead | null = null;
  await check(headKey(namespace), async () => {
    head = await requireHead(parts, namespace, options);
    if (withKey) await proveHead(parts, head, options);
    await assertNotBehind(parts, head, options);
  });
  if (head === null) return { namespace, commits: 0, head: null, problems };
  const { owner }: FoundHead = head;
  await check(STORE_RECORD_KEY, async () => assertStated(stated, owner.store));
  const chain = await collectChain(parts, head, check, options);
  await checkChain(head, chain, check);
  await checkValues(parts, head, chain, { withKey, check }, options);
  return { namespace, commits: chain.length, head: commitOf(head), problems };
}

async function requireHead(parts: VaultParts, namespace: string, options: Call): Promise<FoundHead> {
  const head = await findHead(parts, namespace, options);
  if (head === null || head === "unchanged") {
    throw new CofferError("NOT_FOUND", "there is no head", { hint: "see which namespaces there are: coffer list" });
  }
  return head;
}

/** Reading trusts the record for nothing, but a first commit takes the store's id from it. */
function assertStated({ store }: Stated, known: string): void {
  if (store === null) throw damaged(`${STORE_RECORD_KEY} is missing`);
  if (store !== undefined && store !== known) throw damaged(`${STORE_RECORD_KEY} is of store ${store}, not ${known}`);
}

/** The commits from the head back, as far as they can be followed; newest first. */
async function collectChain(
  parts: VaultParts,
  head: FoundHead,
  check: Check,
  options: Call,
): Promise<CommitDocument[]> {
  const { header } = head.document;
  const chain: CommitDocument[] = [];
  let next: string | undefined = header.commit;
  for (let sequence = header.sequence; next !== undefined && sequence >= 1; sequence--) {
    const id: string = next;
    next = undefined;
    await check(commitKey(head.owner.namespace, sequence, id), async () => {
      const commit = await readCommit(parts, head.owner, sequence, id, options);
      chain.push(commit);
      next = commit.header.ancestors[0];
    });
  }
  return chain;
}

async function collect(object: string, act: () => Promise<void>): Promise<Problem[]> {
  try {
    await act();
    return [];
  } catch (error) {
    if (!isCofferError(error) || error.code === "UNREACHABLE") throw error;
    return [{ object, code: error.code, message: error.message }];
  }
}

function commitOf({ document }: FoundHead): string {
  return document.header.commit;
}
