import { join } from "node:path";
import { CofferError } from "../../errors.js";
import { fileStep, readConfigurationFile } from "./configuration-file.js";
import type { Wiring, WiringDesk } from "./wiring.js";

// cargo asks the last one first, and needs no link where an alias says the command.
const LINES = `# made by coffer helper install cargo
[registry]
global-credential-providers = ["cargo:token", "coffer"]
[credential-alias]
coffer = ["coffer", "as", "cargo-credential"]
# end of coffer's lines
`;

/** cargo's configuration file, for which cargo has no tool of its own. https://doc.rust-lang.org/cargo/reference/registry-authentication.html */
export function wireCargo({ env, home }: WiringDesk): Wiring {
  const file = join(env.CARGO_HOME || join(home, ".cargo"), "config.toml");
  return {
    status: async () => {
      const text = await readConfigurationFile(file);
      if (text.includes(LINES)) return { asks: "coffer" };
      return isTaken(text) ? { asks: "another", who: file } : { asks: "nobody" };
    },
    install: async () => {
      const before = await readConfigurationFile(file);
      if (before.includes(LINES)) return [];
      if (isTaken(before)) throw taken(file);
      const above = before === "" || before.endsWith("\n") ? before : `${before}\n`;
      return [
        fileStep(file, `${above}${above === "" ? "" : "\n"}${LINES}`, `at the end of ${file}:\n${indented(LINES)}`),
      ];
    },
    remove: async () => {
      const before = await readConfigurationFile(file);
      if (!before.includes(LINES)) return [];
      return [
        fileStep(
          file,
          before.replace(LINES, "").replace(/\n+$/, "\n"),
          `these lines out of ${file}:\n${indented(LINES)}`,
        ),
      ];
    },
  };
}

/** TOML takes a table only once, so these tables are changed by whoever wrote them. */
function isTaken(text: string): boolean {
  return /^\s*\[\s*(registry|credential-alias)\s*\]|^\s*(registry|credential-alias)\s*[.=]/m.test(text);
}

function taken(file: string): CofferError {
  return new CofferError("CONFLICT", `${file} has settings of [registry] or [credential-alias] already`, {
    hint: 'add coffer = ["coffer", "as", "cargo-credential"] to [credential-alias], and "coffer" to global-credential-providers in [registry]',
  });
}

function indented(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, "  ");
}
