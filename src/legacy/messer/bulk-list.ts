import { assertAws, listBags, tellContents } from "./bulk.js";
import type { RunCommand } from "./commands.js";
import { withSession } from "./session.js";

/** `messer bulk list aws CONFIG` */
export const bulkList: RunCommand = async (task) => {
  assertAws([task.words.find("cloud")]);
  return withSession(task, async (session) => {
    for (const bag of await listBags(session, task.world.signal)) {
      await session.print(bag.name);
      await tellContents(session, bag);
      for (const item of bag.items) await session.print(`\t${item}`);
    }
    return 0;
  });
};
