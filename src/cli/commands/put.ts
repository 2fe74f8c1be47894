import { joinPath } from "../../core/name.js";
import type { Change } from "../../core/secret-store.js";
import { WRITE_OPTIONS } from "../arguments/options.js";
import { resolvePath } from "../arguments/path.js";
import { parseWhen } from "../arguments/time-input.js";
import type { Command, Task } from "../command.js";
import { readValue, typeOfValue } from "../input/value-input.js";
import { commitOptions, readWriteInput, reportCommit, type WriteInput } from "../input/write-input.js";
import { withStore } from "../session.js";
import { findDefaultNamespace } from "../settings/settings.js";

type Put = Extract<Change, { op: "put" }>;

/** `coffer put PATH [VALUE]` */
export const put: Command = {
  arguments: [
    { name: "PATH", help: "the secret: NAMESPACE/NAME, or NAME in the default namespace" },
    {
      name: "VALUE",
      help: "the value, @FILE, @@TEXT (for a text that begins with @) or - (stdin); else stdin or a hidden prompt",
      optional: true,
    },
  ],
  options: ["comment", "expires", "binary", "own-key", "submit", "chomp", "allow-empty", ...WRITE_OPTIONS],
  notes: [
    "The value is stored byte for byte. On a command line it could be seen by others and stays in the shell's history: let yourself be asked, or pipe it in.",
  ],
  examples: [
    ["coffer put prod/billing/DB_URL", "asks for the value"],
    ["openssl rand -hex 32 | coffer put prod/TOKEN --chomp", "stores what a program prints, without its line end"],
    ["coffer put prod/tls.key @key.pem --expires 90d", "stores a file"],
  ],
  run: async (task) => {
    const { flags } = task;
    const path = resolvePath(task.arguments[0] ?? "", findDefaultNamespace(task) ?? "");
    const input = await readWriteInput(task);
    const details = readDetails(task, input);
    await withStore(
      task,
      async (session) => {
        const full = joinPath(path.namespace, path.name);
        const value = await readValue(task, task.arguments[1], `value of ${full}`);
        const type = typeOfValue(value, { binary: flags.has("binary") });
        const options = await commitOptions(task, session, path.namespace, input);
        const change: Put = { op: "put", name: path.name, value, type, ...details };
        const commit = await session.store.commit(path.namespace, [change], options);
        const version = commit.changes.at(-1)?.version ?? "";
        const line =
          input.stage === undefined
            ? `${full} is version ${version}`
            : `${full} version ${version} is staged as ${input.stage}`;
        await reportCommit(task, commit, { dryRun: input.dryRun, line });
      },
      { writes: true },
    );
    return 0;
  },
};

function readDetails({ flags, world }: Task, input: WriteInput): Partial<Put> {
  const comment = flags.text("comment");
  const expires = flags.text("expires");
  return {
    ...(comment === undefined ? {} : { comment }),
    ...(expires === undefined ? {} : { expires: parseWhen(expires, "expires", world.now()) }),
    ...(flags.has("own-key") ? { ownKey: true } : {}),
    ...(input.stage === undefined ? {} : { stage: input.stage }),
    ...(input.context === undefined ? {} : { context: input.context }),
    ...(input.expectVersion === undefined ? {} : { expect: input.expectVersion }),
  };
}
