import { printable } from "../../core/printable.js";
import { renderAscii } from "../iam-text.js";
import { describePolicy, policyName } from "../policy-name.js";
import { managedPolicy } from "./managed-policy.js";
import type { WritePolicy } from "./policy-format.js";

const INDENT = "    ";

/**
 * A resource of Terraform. The policy is a document as it stands, not an expression: so it is sent in the very characters that `--format json` prints, whatever
 * `jsonencode` makes of them.
 */
export const writeTerraform: WritePolicy = ({ role, store, scope, permissions }) => {
  const name = policyName(role, scope);
  const document = escapeTemplate(renderAscii(managedPolicy(permissions)));
  const lines = document.split("\n").map((line) => INDENT + line);
  return `# ${printable(describePolicy(role, store, scope))}
resource "aws_iam_policy" "${name.replace(/[^A-Za-z0-9]+/g, "_")}" {
  name = "${name}"

  policy = <<-JSON
${lines.join("\n")}
  JSON
}
`;
};

/** What Terraform would take for an expression: https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1 */
function escapeTemplate(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, "$&$&");
}
