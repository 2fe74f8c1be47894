import { type Context, contextNames } from "../../core/context.js";
import { CofferError } from "../../errors.js";
import { literalInPattern } from "../iam-text.js";
import type { KeyPermissions, PolicyRequest } from "../policy-request.js";
import { type Condition, oneOrMany, type Statement } from "../statement.js";

/**
 * What a role may do with the master key of a store in an older format, whose data keys carry the user's own context and nothing else; null where it has no use for it. With a context a
 * role opens only what has exactly these pairs, or none.
 */
export function findDataKeyPermissions(
  { key, context }: PolicyRequest,
  operations: readonly ("Decrypt" | "GenerateDataKey" | "GenerateDataKeyWithoutPlaintext")[],
): KeyPermissions | null {
  if (operations.length === 0) return null;
  const conditions = contextCondition(context);
  const statement: Statement = {
    Sid: "UseDataKeys",
    Effect: "Allow",
    Action: operations.map((operation) => `kms:${operation}`),
    Resource: [key.arn],
    ...(conditions === null ? {} : { Condition: conditions }),
  };
  return { arn: key, statements: [statement], operations, contexts: null };
}

/** IAM does not tell `env` and `ENV` apart by the condition key alone; the list of names does. */
function contextCondition(context: Context): Condition | null {
  const names = contextNames(context);
  if (names.length === 0) return null;
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
    throw new CofferError("USAGE", "IAM cannot tell context names apart that differ in capitals only");
  }
  const pairs = names.map((name) => [`kms:EncryptionContext:${name}`, literalInPattern(context[name] ?? "")] as const);
  return {
    StringLikeIfExists: Object.fromEntries(pairs),
    "ForAllValues:StringLike": { "kms:EncryptionContextKeys": oneOrMany(names.map(literalInPattern)) },
  };
}
