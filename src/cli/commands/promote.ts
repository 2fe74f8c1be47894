import { assertStage } from "../../core/name.js";
import type { Change } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { resolveNamespace } from "../arguments/path.js";
import type { Command, Task } from "../command.js";
import { reportCommit } from "../input/write-input.js";
import { count, showNamespace } from "../output/render.js";
import { withStore } from "../session.js";

/** `coffer promote NS/ --stage S` */
export const promote: Command = {
  arguments: [{ name: "NS/", help: "the namespace" }],
  options: ["stage", "message"],
  notes: ["Makes current, in one commit, all that was put with `--stage`. The versions keep their numbers."],
  examples: [["coffer promote prod/billing/ --stage next -m 'new database'", "switches over"]],
  exits: [[3, "nothing waits under that stage"]],
  json: ["commit", "namespace", "sequence", "changed", "dryRun"],
  run: async (task) => {
    const namespace = resolveNamespace(task.arguments[0] ?? "");
    const stage = requireStage(task);
    const message = task.flags.text("message");
    await withStore(
      task,
      async ({ store, call }) => {
        const names: string[] = [];
        for await (const { name } of store.list({ namespace }, { ...call(), stage })) names.push(name);
        if (names.length === 0)
          throw new CofferError("NOT_FOUND", `nothing is staged as ${stage} in ${showNamespace(namespace)}`);
        const changes: Change[] = names.map((name) => ({ op: "promote", name, stage }));
        const commit = await store.commit(namespace, changes, {
          ...call(),
          ...(message === undefined ? {} : { message }),
        });
        await reportCommit(task, commit, {
          dryRun: false,
          line: `${count(names.length, "secret")} promoted from ${stage}`,
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
