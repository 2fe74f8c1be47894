import { CofferError } from "../../errors.js";
import { renderAscii } from "../iam-text.js";
import { describePolicy, policyName, policyWord } from "../policy-name.js";
import { managedPolicy } from "./managed-policy.js";
import type { WritePolicy } from "./policy-format.js";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-description-structure.html */
const MAX_DESCRIPTION_BYTES = 1024;

/** It has no other spelling: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
const REFERENCE = "{{resolve:";

/** A template of CloudFormation, in JSON. The policy has no name of its own, so that the template needs no CAPABILITY_NAMED_IAM. */
export const writeCloudFormation: WritePolicy = ({ role, store, scope, permissions }) => {
  const word = policyWord(policyName(role, scope));
  const template = {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: toAscii(describePolicy(role, store, scope)).slice(0, MAX_DESCRIPTION_BYTES),
    Resources: {
      [word]: { Type: "AWS::IAM::ManagedPolicy", Properties: { PolicyDocument: managedPolicy(permissions) } },
    },
    Outputs: { [`${word}Arn`]: { Value: { Ref: word } } },
  };
  const text = renderAscii(template);
  if (text.includes(REFERENCE)) throw wouldResolve();
  return `${text}\n`;
};

function wouldResolve(): CofferError {
  return new CofferError(
    "USAGE",
    `CloudFormation would put something else in place of a name that holds ${REFERENCE}`,
    {
      hint: "use another format",
    },
  );
}

function toAscii(text: string): string {
  return text.replace(/[^\u0020-\u007e]/g, "?");
}
