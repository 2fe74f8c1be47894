import { assertDistinctFolded, encodeText, IDENTIFIERS, NUL } from "./encode-text.js";
import type { Format } from "./format.js";

const TITLE = "PowerShell";
// What Windows holds, with the NUL at the end: https://learn.microsoft.com/windows/win32/procthread/environment-variables
const MAX_UNITS = 32_766;

/**
 * `$env:NAME = '…'`, in ASCII. A value with other characters, or with controls, goes as Base64: Windows PowerShell reads a script, and what a
 * program prints, in the code page of the machine, takes typographic quotes for quotes, and joins lines by CR LF.
 */
export const powershell: Format = {
  encode: (entries) => {
    assertDistinctFolded(entries, TITLE);
    return encodeText(entries, {
      title: TITLE,
      names: [IDENTIFIERS],
      values: [
        NUL,
        [/^$/, "its value is empty, which would remove the variable"],
        [(value) => value.length > MAX_UNITS, `its value is longer than ${MAX_UNITS} characters`],
      ],
      write: (name, value) => `$env:${name} = ${quoteValue(value)}\n`,
    });
  },
};

function quoteValue(value: string): string {
  if (/^[ -~]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  const base64 = Buffer.from(value, "utf8").toString("base64");
  return `[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${base64}'))`;
}
