import { type Context, contextNames } from "../../core/context.js";
import { CofferError } from "../../errors.js";
import { literalInPattern } from "../iam-text.js";
import type { KeyPermissions, PolicyRequest } from "../policy-request.js";
import { type Condition, oneOrMany, type Statement } from "../statement.js";
import type { VaultCall } from "./vault-calls.js";

const STORE = "coffer:store";
const NAMESPACE = "coffer:namespace";
const EPOCH = "coffer:epoch";
/** The epoch of submissions' data keys: docs/FORMAT.md section 6. */
const INBOX = "inbox";

/** What a role may do with the master key and, where new data keys are wrapped for further keys, with these. */
export function findKeyPermissions(
  request: PolicyRequest,
  calls: ReadonlySet<VaultCall>,
): { statements: readonly Statement[]; own: KeyPermissions | null } {
  const own = ownStatements(request, calls);
  // Only who makes stores can have none yet.
  if (own.length > 0 && request.storeId === null && !calls.has("create record")) throw unknownStore();
  const further = calls.has("generate") || calls.has("generate inbox") ? furtherStatements(request, calls) : [];
  return { statements: [...own, ...further], own: own.length === 0 ? null : asKeyPermissions(request, calls, own) };
}

function unknownStore(): CofferError {
  return new CofferError(
    "USAGE",
    "the store's id is not known, and without it a policy would be for every store under the same key",
    {
      hint: "pin it: store_id in the profile, or COFFER_STORE_ID; `coffer init --json` prints it",
    },
  );
}

function ownStatements(request: PolicyRequest, calls: ReadonlySet<VaultCall>): Statement[] {
  const Resource = [request.key.arn];
  const dataKeys = dataKeyActions(calls);
  const statements: Statement[] = [];
  if (dataKeys.length > 0) {
    const Condition = dataKeyCondition(request, epochOf(calls));
    statements.push({ Sid: "UseDataKeys", Effect: "Allow", Action: dataKeys, Resource, Condition });
  }
  if (calls.has("describe key")) {
    const Action = ["kms:DescribeKey", "kms:GetKeyRotationStatus"];
    statements.push({ Sid: "SeeKey", Effect: "Allow", Action, Resource });
  }
  if (calls.has("arrange key")) {
    statements.push({ Sid: "ArrangeKey", Effect: "Allow", Action: ["kms:EnableKeyRotation"], Resource });
  }
  return statements;
}

/** Wrapping for a key is a right of its own: who has it need not be able to open anything. */
function furtherStatements(request: PolicyRequest, calls: ReadonlySet<VaultCall>): Statement[] {
  const Resource = request.furtherKeys.map(({ arn }) => arn).filter((arn) => arn !== request.key.arn);
  if (Resource.length === 0) return [];
  const Condition = dataKeyCondition(request, epochOf(calls));
  return [{ Sid: "WrapForFurtherKeys", Effect: "Allow", Action: ["kms:Encrypt"], Resource, Condition }];
}

function dataKeyActions(calls: ReadonlySet<VaultCall>): string[] {
  return [
    ...(calls.has("unwrap") ? ["kms:Decrypt"] : []),
    ...(calls.has("generate") || calls.has("generate inbox") ? ["kms:GenerateDataKey"] : []),
    ...(calls.has("wrap") ? ["kms:Encrypt"] : []),
  ];
}

/** The one epoch that a role is kept to, or null for any: epochs change with every rotation. */
function epochOf(calls: ReadonlySet<VaultCall>): string | null {
  return calls.has("generate inbox") && !calls.has("generate") && !calls.has("unwrap") ? INBOX : null;
}

/** The encryption contexts of the data keys that a role works with. */
function dataKeyCondition({ storeId, scope, context }: PolicyRequest, epoch: string | null): Condition {
  const namespaces = scope.namespaces.map(showNamespace);
  const patterns = namespaces.map(literalInPattern).flatMap((name) => [name, `${name}/*`]);
  return joinTests([
    // Whatever store it is, it is a vault.
    storeId === null ? ["StringLike", conditionKey(STORE), ["*"]] : exactly("", conditionKey(STORE), [storeId]),
    scope.recursive
      ? ["StringLike", conditionKey(NAMESPACE), patterns]
      : exactly("", conditionKey(NAMESPACE), namespaces),
    exactly("", conditionKey(EPOCH), epoch === null ? [] : [epoch]),
    ...userContextTests(context),
  ]);
}

/**
 * A data key that has one of these pairs' names must have its value, and it has no other names: the keys without user context, which open the
 * namespace itself, stay open. The list of names matters for one thing more: IAM does not tell `env` and `ENV` apart by the condition key alone.
 */
function userContextTests(context: Context): Test[] {
  const names = contextNames(context);
  if (names.length === 0) return [];
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
    throw new CofferError("USAGE", "IAM cannot tell context names apart that differ in capitals only");
  }
  const [operator, key, values] = exactly("", "kms:EncryptionContextKeys", [STORE, NAMESPACE, EPOCH, ...names]);
  return [
    ...names.map((name) => exactly("IfExists", conditionKey(name), [context[name] ?? ""])),
    [`ForAllValues:${operator}`, key, values],
  ];
}

type Test = readonly [operator: string, key: string, values: readonly string[]];

/** One of these texts, and no other. A text with `$` is a pattern that only it matches: not everyone resolves the escape where whole texts are compared. */
function exactly(suffix: "" | "IfExists", key: string, texts: readonly string[]): Test {
  if (!texts.some((text) => text.includes("$"))) return [`StringEquals${suffix}`, key, texts];
  return [`StringLike${suffix}`, key, texts.map(literalInPattern)];
}

/** All tests that test something, by operator. */
function joinTests(tests: readonly Test[]): Condition {
  const condition: Record<string, Record<string, string | readonly string[]>> = {};
  for (const [operator, key, values] of tests) {
    if (values.length > 0) condition[operator] = { ...condition[operator], [key]: oneOrMany(values) };
  }
  return condition;
}

function asKeyPermissions(
  request: PolicyRequest,
  calls: ReadonlySet<VaultCall>,
  statements: readonly Statement[],
): KeyPermissions {
  const operations = dataKeyActions(calls).map((action) => action.slice("kms:".length));
  return { arn: request.key, statements, operations, contexts: constraints(request, epochOf(calls)) };
}

function constraints({ storeId, scope, context }: PolicyRequest, epoch: string | null): Context[] | null {
  if (storeId === null || scope.recursive || contextNames(context).length > 0) return null;
  const always = { [STORE]: storeId, ...(epoch === null ? {} : { [EPOCH]: epoch }) };
  if (scope.namespaces.length === 0) return [always];
  return scope.namespaces.map((namespace) => ({ ...always, [NAMESPACE]: showNamespace(namespace) }));
}

/** As the encryption context has it. */
function showNamespace(namespace: string): string {
  return namespace === "" ? "/" : namespace;
}

function conditionKey(name: string): string {
  return `kms:EncryptionContext:${name}`;
}
