import { quotePowerShell } from "../../env/quote-shell.js";
import type { Shell } from "./shell.js";

// Windows PowerShell hands quotes, empty arguments and what is not ASCII to programs in ways of its own: the words go out as one argument in base64,
// and come back as ASCII, one JSON object a line. What is typed is looked at as a syntax tree, never evaluated: an argument that is no plain
// text is handed over as null.
const script = `# PowerShell completion of coffer: coffer completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName coffer -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @()
    $typed = '=' + "$wordToComplete".Trim([char[]]@(39, 34))
    foreach ($element in @($commandAst.CommandElements | Select-Object -Skip 1)) {
        $isText = $element -is [System.Management.Automation.Language.StringConstantExpressionAst]
        if ($element.Extent.EndOffset -ge $cursorPosition) {
            if ($isText -and $element.Extent.EndOffset -eq $cursorPosition) { $typed = '=' + $element.Value }
            break
        }
        if ($isText) {
            $words += '=' + $element.Value
        } elseif ($element -is [System.Management.Automation.Language.ExpandableStringExpressionAst] -or
            $element -is [System.Management.Automation.Language.VariableExpressionAst] -or
            $element -is [System.Management.Automation.Language.ParenExpressionAst] -or
            $element -is [System.Management.Automation.Language.SubExpressionAst]) {
            $words += '?'
        } else {
            $words += '=' + $element.Extent.Text
        }
    }
    $words += $typed
    $bytes = [System.Text.Encoding]::UTF8.GetBytes($words -join [char]0)
    $handed = [System.Convert]::ToBase64String($bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_')
    $program = Get-Command coffer -CommandType Application, ExternalScript -ErrorAction SilentlyContinue | Select-Object -First 1
    if (-not $program) { return }
    & $program __complete powershell '--' $handed 2>$null | ForEach-Object {
        $candidate = $_ | ConvertFrom-Json
        [System.Management.Automation.CompletionResult]::new($candidate.text, $candidate.shown, 'ParameterValue', $candidate.tip)
    }
}
`;

/** It hands over the words joined by NUL, `=` before each and `?` for one that is not known, in base64. */
export const powershell: Shell = {
  script,
  readWords: ([handed = ""]) =>
    Buffer.from(handed, "base64url")
      .toString("utf8")
      .split("\0")
      .map((word) => (word.startsWith("=") ? word.slice(1) : null)),
  render: (answer) => {
    // With nothing to choose from PowerShell offers files.
    if (answer.kind === "files") return "";
    return answer.candidates
      .map(({ text, summary }) => {
        const shown = answer.prefix + text;
        return `${toAscii(JSON.stringify({ text: quotePowerShell(shown), shown, tip: summary ?? shown }))}\n`;
      })
      .join("");
  },
};

function toAscii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
