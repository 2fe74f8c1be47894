import { CofferError } from "../../errors.js";
import { encodeText, IDENTIFIERS, NUL } from "./encode-text.js";
import type { Format } from "./format.js";

// The limit of gitlab.com, and of others unless they have changed it.
const MAX_BYTES = 5_120;

/**
 * A `dotenv` report of GitLab: https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv. Values there hold no blanks and no
 * line ends, quotes stand for themselves, and `$` begins a variable in the jobs that get it.
 */
export const gitlab: Format = {
  encode: (entries) => {
    const text = encodeText(entries, {
      title: "a GitLab dotenv report",
      names: [IDENTIFIERS],
      values: [
        NUL,
        [/[\s\u0085\ufeff]/, "its value holds a blank or a line end"],
        [(value) => value.length > MAX_BYTES, "its value is longer than the report may be"],
        [/\$/, "its value holds $, which would be expanded"],
      ],
      write: (name, value) => `${name}=${value}\n`,
    });
    if (text.byteLength <= MAX_BYTES) return text;
    throw new CofferError(
      "UNSUPPORTED",
      `a GitLab dotenv report holds at most ${MAX_BYTES} bytes, this one ${text.byteLength}`,
      {
        hint: "choose fewer names with --only",
      },
    );
  },
};
