// How text stands in a policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html

/** Where IAM reads patterns: `*`, `?` and `$` as themselves. */
export function literalInPattern(text: string): string {
  return text.replace(/[*?$]/g, "$${$&}");
}

/** JSON in ASCII alone: a policy as it is sent may hold no character beyond U+00FF, but any of them escaped. A list of one text takes one line. */
export function renderAscii(document: unknown, indent = 2): string {
  return JSON.stringify(document, null, indent)
    .replace(/\[\n\s+("(?:[^"\\]|\\.)*")\n\s+\]/g, "[$1]")
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
