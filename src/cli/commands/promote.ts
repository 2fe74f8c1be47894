import { assertStage } from "../../core/name.js";
import type { Change } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import type { Command, Task } from "../command.js";
import { asPool, readContext } from "../context-input.js";
import { resolveNamespace } from "../path.js";
import { count, showNamespace } from "../render.js";
import { withStore } from "../session.js";
import { reportCommit } from "../write-input.js";

/** `coffer promote NS/ --stage S` */
export const promote: Command = {
  arguments: [{ name: "NS/", help: "the namespace" }],
  options: ["stage", "message", "context", "contexts"],
  notes: ["Makes current, in one commit, all that was put with `--stage`. The versions keep their numbers."],
  examples: [["coffer promote prod/billing/ --stage next -m 'new database'", "switches over"]],
  run: async (task) => {
    const namespace = resolveNamespace(task.arguments[0] ?? "");
    const stage = requireStage(task);
    const context = asPool(await readContext(task));
    const message = task.flags.text("message");
    await withStore(
      task,
      async ({ store, call }) => {
        const { secrets } = await store.readAll({ namespace }, { ...call(), stage, context });
        const staged = secrets.filter((secret) => secret.stage === stage);
        if (staged.length === 0)
          throw new CofferError("NOT_FOUND", `nothing is staged as ${stage} in ${showNamespace(namespace)}`);
        const changes: Change[] = staged.map(({ name }) => ({ op: "promote", name, stage }));
        const commit = await store.commit(namespace, changes, {
          ...call(),
          ...(message === undefined ? {} : { message }),
        });
        await reportCommit(task, commit, {
          dryRun: false,
          line: `${count(staged.length, "secret")} promoted from ${stage}`,
        });
      },
      { writes: true },
    );
    return 0;
  },
};

function requireStage({ flags }: Task): string {
  const stage = flags.text("stage");
  if (stage === undefined)
    throw new CofferError("USAGE", "promote: --stage is missing", { hint: "the stage that `put --stage` named" });
  assertStage(stage);
  return stage;
}
