import { continueBashWord } from "../../env/quote-shell.js";
import { readShellWord, splitShellLine } from "../../env/read-shell-word.js";
import type { Answer, Word } from "./answer.js";
import type { Shell } from "./shell.js";

// Runs in bash 3.2 and later, POSIX mode included, and needs nothing of the package bash-completion. `$2` is what readline will replace, whatever
// COMP_WORDBREAKS holds. The words that come back are quoted already, and with their blank where one belongs: hence nospace.
const script = `# bash completion of coffer: source it, as in \`eval "$(coffer completion bash)"\`
_coffer() {
  local kind line
  COMPREPLY=()
  {
    IFS= read -r kind
    while IFS= read -r line; do
      COMPREPLY[\${#COMPREPLY[@]}]=$line
    done
  } <<< "$(command coffer __complete bash -- "\${COMP_LINE:0:COMP_POINT}" "\${2-}" 2>/dev/null </dev/null)"
  if [ "$kind" = files ]; then
    compopt -o default +o nospace 2>/dev/null
  fi
  return 0
}
if type compopt >/dev/null 2>&1; then
  complete -o nospace -F _coffer coffer
else
  complete -o default -o nospace -F _coffer coffer
fi
`;

/** It hands over the line up to the cursor, as it was typed, and the end of it that is going to be replaced. */
export const bash: Shell = {
  script,
  readWords: ([line = ""]) => {
    const { words, redirects } = splitShellLine(line);
    const command = words.findIndex((word) => !isAssignment(line.slice(word.start, word.end)));
    if (redirects || command === -1 || command === words.length - 1) return null;
    return words.slice(command + 1).map(({ value }): Word => value);
  },
  render: (answer, [line = "", replaced = ""]) => {
    if (answer.kind === "files") return "files\n";
    return ["words", ...renderWords(answer, line, replaced), ""].join("\n");
  },
};

function renderWords(answer: Extract<Answer, { kind: "words" }>, line: string, replaced: string): string[] {
  const word = splitShellLine(line).words.at(-1);
  const from = line.length - replaced.length;
  if (word === undefined || from < word.start || !line.endsWith(replaced)) return [];
  const kept = readShellWord(line.slice(word.start, from));
  return answer.candidates.flatMap(({ text }) => {
    const whole = answer.prefix + text;
    if (kept.value === null || !whole.startsWith(kept.value)) return [];
    const typed = continueBashWord(whole.slice(kept.value.length), kept.open);
    return [kept.open === "" && !whole.endsWith("/") ? `${typed} ` : typed];
  });
}

function isAssignment(raw: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*\+?=/.test(raw);
}
