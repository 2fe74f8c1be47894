import type { HelperDesk, RunHelper } from "../keyring/helpers/helper-desk.js";
import type { HelperName } from "../settings/profiles/profile.js";
import { useStore } from "../settings/session.js";
import { readHelperSources } from "../settings/sources.js";
import type { Task } from "./command.js";
import { askHidden } from "./input/passphrase-input.js";
import { hostOf } from "./session.js";

/** A helper of another program, with the profile and the namespace that its section of the configuration says. */
export function helper(name: HelperName, load: () => Promise<RunHelper>): (task: Task) => Promise<number> {
  return async (task) => {
    const [run, { sources, namespace }] = await Promise.all([load(), readHelperSources(task, name)]);
    const lookup = { ...task, sources };
    const desk: HelperDesk = {
      world: task.world,
      namespace,
      useStore: (use, writes = false) =>
        useStore(lookup, hostOf(lookup), ({ store, call }) => use(store, call), { writes }),
      askHidden: (prompt) => askHidden(lookup, prompt),
    };
    return run(task.rest, desk);
  };
}
