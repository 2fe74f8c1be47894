import { readShellWord } from "../../env/read-shell-word.js";
import type { Shell } from "./shell.js";

// Words go out as they were typed, quotes and all; what comes back is text, which compadd quotes for where it is put.
const script = `#compdef coffer
# zsh completion of coffer: a file _coffer in a folder of $fpath, or after compinit: source <(coffer completion zsh)
_coffer() {
  local kind prefix line text
  local -a lines names shown folders
  lines=("\${(@f)$(command coffer __complete zsh -- "\${(@)words[2,CURRENT-1]}" "$QIPREFIX$PREFIX" 2>/dev/null </dev/null)}")
  kind=\${lines[1]%%$'\\t'*}
  prefix=\${lines[1]#*$'\\t'}
  if [[ $kind == files ]]; then
    _files
    return
  fi
  [[ $kind == words ]] || return 1
  for line in "\${(@)lines[2,-1]}"; do
    text=\${line%%$'\\t'*}
    if [[ $text == */ ]]; then
      folders+=("$text")
    elif [[ -n $text ]]; then
      names+=("$text")
      if [[ $line == *$'\\t'* ]]; then shown+=("$text  -- \${line#*$'\\t'}"); else shown+=("$text"); fi
    fi
  done
  [[ -z $prefix ]] || compset -P "\${(b)prefix}"
  local result=1
  (( \${#folders} )) && compadd -S '' -a -- folders && result=0
  if [[ \${(j::)names} == \${(j::)shown} ]]; then
    (( \${#names} )) && compadd -a -- names && result=0
  else
    (( \${#names} )) && compadd -l -d shown -a -- names && result=0
  fi
  return result
}
if [[ \${funcstack[1]-} == _coffer ]]; then
  _coffer "$@"
elif (( $+functions[compdef] )); then
  compdef _coffer coffer
fi
`;

/** It hands over the words as they were typed, the last one up to the cursor. */
export const zsh: Shell = {
  script,
  readWords: (handed) => handed.map((raw) => readShellWord(raw)).map(({ value }) => value),
  render: (answer) => {
    if (answer.kind === "files") return "files\t\n";
    const rows = answer.candidates.map(({ text, summary }) => (summary === undefined ? text : `${text}\t${summary}`));
    return [`words\t${answer.prefix}`, ...rows, ""].join("\n");
  },
};
