/** How PyYAML writes a text. */
export type ScalarStyle = "plain" | "single" | "double";

/** What would be something else than a text for a reader of YAML 1.1, if it stood there plain: https://yaml.org/type/ */
const OTHER_TYPES: readonly RegExp[] = [
  /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/,
  /^(?:[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  /^(?:<<|=|~|null|Null|NULL|)$/,
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/,
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?$/,
];

/** What begins a text that cannot stand plain, what ends a name in the middle of it, and what begins a comment. */
const INDICATORS =
  /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:-](?:$|[\0 \t\r\n\x85\u2028\u2029]))|:(?:$|[\0 \t\r\n\x85\u2028\u2029])|(?<=[\0 \t\r\n\x85\u2028\u2029])#/u;

/** True where PyYAML starts a new line within a text that is no name. */
export function isMultiline(text: string): boolean {
  return /[\n\x85\u2028\u2029]/.test(text);
}

/** The style that PyYAML chooses for a text in a block mapping; `inLine`: it is a name that has to stand in one line. */
export function styleOf(text: string, inLine: boolean): ScalarStyle {
  const isText = !OTHER_TYPES.some((pattern) => pattern.test(text));
  const isSpecial = /[^\n -~]/u.test(text) || / \n/.test(text);
  const hasOuterBlanks = /^[ \n]|[ \n]$/.test(text);
  if (isText && !isSpecial && !hasOuterBlanks && !text.includes("\n") && !INDICATORS.test(text)) return "plain";
  if (isSpecial || /\n /.test(text) || (inLine && text.includes("\n"))) return "double";
  return "single";
}
