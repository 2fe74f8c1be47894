import { encodeText, IDENTIFIERS, NUL } from "./encode-text.js";
import type { Format } from "./format.js";

// `set -n` in fish 3 and 4, as far as it refuses to set them or makes something else of what is set.
const OWN = new Set(
  "_ FISH_VERSION PWD SHLVL argv fish_kill_signal fish_killring fish_pid history hostname pipestatus status status_generation umask version".split(
    " ",
  ),
);

/** `set -gx NAME '…'`: between single quotes everything but the backslash and the single quote stands for itself. */
export const fish: Format = {
  encode: (entries) =>
    encodeText(entries, {
      title: "fish",
      names: [IDENTIFIERS, [(name) => OWN.has(name), "this shell keeps the variable for itself"]],
      values: [NUL],
      write: (name, value) => `set -gx ${name} '${value.replace(/[\\']/g, "\\$&")}'\n`,
    }),
};
