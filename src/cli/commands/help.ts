import { CofferError } from "../../errors.js";
import type { Command } from "../command.js";
import { renderCommandHelp, renderOverview } from "../help.js";

/** `coffer help [VERB]` */
export const help: Command = {
  arguments: [{ name: "VERB", help: "what to explain", optional: true }],
  options: [],
  settings: "none",
  examples: [["coffer help put", "says what `put` takes"]],
  run: async ({ world, verbs, arguments: [name] }) => {
    if (name === undefined) {
      await world.stdout.write(renderOverview(verbs));
      return 0;
    }
    const verb = verbs.find((candidate) => candidate.name === name);
    if (verb === undefined)
      throw new CofferError("USAGE", "there is no such verb", { hint: "`coffer help` lists the verbs" });
    await world.stdout.write(renderCommandHelp(verb.name, verb.summary, await verb.load()));
    return 0;
  },
};
