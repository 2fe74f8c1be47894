import { renderAscii } from "../iam-text.js";
import { policyDocument } from "../statement.js";
import type { WritePolicy } from "./policy-format.js";

/** The policy as IAM takes it. */
export const writeJson: WritePolicy = ({ permissions }) => `${renderAscii(policyDocument(permissions.statements))}\n`;
