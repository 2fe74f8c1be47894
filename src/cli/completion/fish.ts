import type { Word } from "./answer.js";
import type { Shell } from "./shell.js";

// fish takes the quotes off the words before (from 4 on with another flag), and puts them on what comes back; a tab stands before the description.
// The typed word comes as it is: the tokenizer leaves an unfinished one out.
const script = `# fish completion of coffer: coffer completion fish > ~/.config/fish/completions/coffer.fish
function __coffer_complete
    set -l words (commandline -xpc 2>/dev/null; or commandline -opc)
    set -e words[1]
    set -l word (commandline -ct)
    set -l lines (command coffer __complete fish -- $words "$word" 2>/dev/null </dev/null)
    if test "$lines[1]" = files
        complete -C "__fish_command_without_completions $word"
    else if test (count $lines) -gt 1
        printf '%s\\n' $lines[2..-1]
    end
end
complete -c coffer -f -a '(__coffer_complete)'
`;

/** It hands over the words without their quotes, but the last one, up to the cursor, as it was typed. */
export const fish: Shell = {
  script,
  readWords: (handed) => [...handed.slice(0, -1), readFishWord(handed.at(-1) ?? "")],
  render: (answer) => {
    if (answer.kind === "files") return "files\n";
    const rows = answer.candidates.map(({ text, summary }) => {
      const whole = answer.prefix + text;
      return summary === undefined ? whole : `${whole}\t${summary}`;
    });
    return ["words", ...rows, ""].join("\n");
  },
};

/** A word that may lack its closing quote: https://fishshell.com/docs/current/language.html#quotes */
function readFishWord(raw: string): Word {
  const escapable = { "": /./s, "'": /['\\]/, '"': /["\\$]/ } as const;
  let open: keyof typeof escapable = "";
  let value = "";
  for (let at = 0; at < raw.length; at++) {
    const unit = raw.charAt(at);
    const next = raw.charAt(at + 1);
    if (unit === "\\" && (next === "" || escapable[open].test(next))) {
      value += next;
      at++;
    } else if (unit === open) open = "";
    else if (open === "" && (unit === "'" || unit === '"')) open = unit;
    else if ((unit === "$" && open !== "'") || (open === "" && (unit === "(" || (unit === "~" && at === 0))))
      return null;
    else value += unit;
  }
  return value;
}
