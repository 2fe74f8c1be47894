import { encodeText, IDENTIFIERS, NUL } from "./encode-text.js";
import type { Format } from "./format.js";

/**
 * A file for `env_file:` or `--env-file` of Docker Compose: https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/.
 * Bare where that cannot be misread, else in single quotes, which keep everything but themselves; else in double quotes, with `$$` for `$`.
 */
export const compose: Format = {
  encode: (entries) =>
    encodeText(entries, {
      title: "a Compose env file",
      names: [IDENTIFIERS],
      values: [
        NUL,
        // In some versions a quote after a backslash does not close, whatever stands before both.
        [/\\$/, "its value ends in a backslash"],
      ],
      write: (name, value) => `${name}=${quoteValue(value)}\n`,
    }),
};

function quoteValue(value: string): string {
  if (/^[A-Za-z0-9_./:@%+,=-]+$/.test(value)) return value;
  if (!/['\r]/.test(value) && !value.includes("\\")) return `'${value}'`;
  return `"${value.replace(/["\\]/g, "\\$&").replaceAll("$", "$$$$").replaceAll("\r", "\\r")}"`;
}
