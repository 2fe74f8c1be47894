import { CofferError } from "../../errors.js";
import { resolveNamespace } from "../arguments/path.js";
import type { Command } from "../command.js";
import { renderJson, say, shortCommit, showNamespace } from "../output/render.js";
import { asVault, withStore } from "../session.js";

/** `coffer accept NS/ --head ID` */
export const accept: Command = {
  arguments: [{ name: "NS/", help: "the namespace" }],
  options: ["head"],
  notes: [
    "After a store went back in time (a restored backup, for instance) every read of it is refused. Once you know why, name the commit id of the head that you find there, in full, to trust it from now on; `none` where there is none any more.",
  ],
  examples: [["coffer accept prod/billing/ --head c0123…", "trusts that head"]],
  exits: [[4, "the head that is there is another one"]],
  json: ["namespace", "commit", "sequence"],
  run: async (task) => {
    const namespace = resolveNamespace(task.arguments[0] ?? "");
    const id = task.flags.text("head");
    if (id === undefined || !/^(none|c[0-9a-f]{64})$/.test(id)) {
      throw new CofferError("USAGE", "accept: --head takes a commit id in full, or none", {
        hint: "`coffer log NS/ --json` of somebody you trust shows it",
      });
    }
    const head = await withStore(task, ({ store, call }) => asVault(store, "accept").accept(namespace, id, call()));
    const { commit = null, sequence = 0 } = head ?? {};
    if (task.flags.has("json")) await task.world.stdout.write(renderJson({ namespace, commit, sequence }));
    else
      await say(
        task,
        `${showNamespace(namespace)} is trusted at ${commit === null ? "nothing" : `${shortCommit(commit)}, commit ${sequence}`}`,
      );
    return 0;
  },
};
