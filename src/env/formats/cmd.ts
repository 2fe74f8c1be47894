import { assertDistinctFolded, encodeText, IDENTIFIERS, LINE_END } from "./encode-text.js";
import type { Format } from "./format.js";

const TITLE = "a batch file";
// https://learn.microsoft.com/troubleshoot/windows-client/shell-experience/command-line-string-limitation
const MAX_LINE = 8_191;

/** `@set "NAME=VALUE"` for cmd.exe, whose rules of quoting contradict each other: what any of them touches is refused. */
export const cmd: Format = {
  encode: (entries) => {
    assertDistinctFolded(entries, TITLE);
    return encodeText(entries, {
      title: TITLE,
      names: [IDENTIFIERS],
      values: [
        [/^$/, "its value is empty, which would remove the variable"],
        LINE_END,
        [/["%!]/, 'its value holds one of " % !'],
        [/[^ -~]/, "its value holds something else than printable ASCII"],
        [(value) => value.length > MAX_LINE - 300, `its line would be longer than ${MAX_LINE} characters`],
      ],
      write: (name, value) => `@set "${name}=${value}"\r\n`,
    });
  },
};
