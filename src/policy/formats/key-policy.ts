import { CofferError } from "../../errors.js";
import { renderAscii } from "../iam-text.js";
import { oneOrMany } from "../statement.js";
import type { WritePolicy } from "./policy-format.js";

/**
 * Statements for the master key's own policy. Without principals they are for the key's account: whoever its IAM policies allow the same.
 * In a key's policy `*` is that key: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
 */
export const writeKeyPolicy: WritePolicy = ({ role, key, permissions, principals }) => {
  if (permissions.key === null) throw hasNoKey(role);
  const account = `arn:${key.partition}:iam::${key.account}:root`;
  const Principal = { AWS: oneOrMany(principals.length === 0 ? [account] : principals) };
  const statements = permissions.key.statements.map(({ Sid, Effect, Action, Condition }) => {
    return { Sid: `Coffer${Sid}`, Effect, Principal, Action, Resource: "*", ...(Condition && { Condition }) };
  });
  return `${renderAscii(statements)}\n`;
};

/** A role that works without the master key. */
export function hasNoKey(role: string): CofferError {
  return new CofferError("USAGE", `the role ${role} has no use for the master key, so there is nothing to allow on it`);
}
