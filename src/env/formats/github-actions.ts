import { decodeUtf8 } from "../../core/bytes.js";
import { Sensitive } from "../../core/sensitive.js";
import type { EnvEntry } from "../entry.js";
import { cannotWrite, encodeText, IDENTIFIERS, NUL } from "./encode-text.js";
import type { Format } from "./format.js";

const TITLE = "a GitHub environment file";

/**
 * The file that `GITHUB_ENV` names, with a delimiter that nobody can guess, and before it the masks that keep values out of the log:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export const githubActions: Format = {
  encode: (entries, { nonce }) => {
    const delimiter = `coffer_${nonce}`;
    return encodeText(entries, {
      title: TITLE,
      names: [IDENTIFIERS, [/^(GITHUB|RUNNER)_|^NODE_OPTIONS$/i, "the runner keeps the variable for itself"]],
      values: [
        NUL,
        [/\r$/, "its value ends in a carriage return, which runners on Windows drop"],
        [(value) => value.includes(delimiter), "its value holds the delimiter; try again"],
      ],
      write: (name, value) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`,
    });
  },
  announce: (entries) => Sensitive.fromText(entries.flatMap(maskEntry).join("")),
  appendsTo: "GITHUB_ENV",
};

/** The value as a whole, and each of its lines: the log is searched line by line. */
function maskEntry({ name, value }: EnvEntry): string[] {
  const text = decodeUtf8(value.reveal());
  if (text === null) throw cannotWrite(name, TITLE, "its value is not UTF-8");
  const lines = text.split(/[\r\n]+/);
  return [...new Set([text, ...lines])]
    .filter((part) => part.trim() !== "")
    .map((part) => `::add-mask::${escapeData(part)}\n`);
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
