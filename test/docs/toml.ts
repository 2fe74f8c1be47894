import type { Block } from "./page.js";
import { quote } from "./session.js";
import { runAside, type Stage } from "./stage.js";

/** Parsed by our own command, which refuses every key that it does not know: a configuration if it has profiles, else a project's file. */
export async function checkToml({ text, line }: Block, stage: Stage): Promise<void> {
  const isConfiguration = /^\[profiles[.\]]/m.test(text);
  const show = isConfiguration
    ? 'COFFER_CONFIG="$folder/coffer.toml" coffer profile list'
    : 'COFFER_CONFIG="" XDG_STATE_HOME="$folder" coffer trust "$folder"';
  await runAside(
    stage,
    line,
    `folder=$(mktemp -d)\nprintf '%s\\n' ${quote(text)} > "$folder/coffer.toml"\n${show}\nrm -r "$folder"`,
  );
}
