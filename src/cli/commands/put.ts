import { joinPath } from "../../core/name.js";
import type { Change } from "../../core/secret-store.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import { WRITE_OPTIONS } from "../arguments/options.js";
import { resolvePath } from "../arguments/path.js";
import { parseWhen } from "../arguments/time-input.js";
import type { Command, Task } from "../command.js";
import { readValue, typeOfValue } from "../input/value-input.js";
import { commitOptions, readWriteInput, reportCommit, type WriteInput } from "../input/write-input.js";
import { withStore } from "../session.js";

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
    "--submit is for who may seal but neither read nor list (`coffer policy submitter`): the value waits in the namespace's inbox until somebody who can read accepts it, with `coffer inbox`. Nothing of the store is read, so its id must be known: from the profile, COFFER_STORE_ID or an earlier use. It keeps a value from its submitter where the key is in AWS KMS; whoever has a key file can read.",
  ],
  examples: [
    ["coffer put prod/billing/DB_URL", "asks for the value"],
    ["openssl rand -hex 32 | coffer put prod/TOKEN --chomp", "stores what a program prints, without its line end"],
    ["coffer put prod/tls.key @key.pem --expires 90d", "stores a file"],
    ["coffer put prod/billing/TOKEN @token.txt --submit -m 'the new one'", "hands it in for somebody else to accept"],
  ],
  exits: [
    [4, "the secret or the namespace is not what --if-version or --if-commit says"],
    [8, "the answer was lost: look with `coffer history`"],
  ],
  json: ["commit", "namespace", "sequence", "changed", "dryRun"],
  run: async (task) => {
    const { flags } = task;
    const path = resolvePath(task.arguments[0] ?? "", findDefaultNamespace(task) ?? "");
    const input = await readWriteInput(task);
    const details = readDetails(task, input);
    if (flags.has("submit")) return (await import("../hand-in.js")).handIn(task, path, input, details);
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
