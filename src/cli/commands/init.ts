import type { Command } from "../command.js";
import { initStore } from "../init-store.js";
import { reportStore } from "../output/store-report.js";

/** `coffer init` */
export const init: Command = {
  arguments: [],
  options: ["recovery"],
  settings: "makes-profile",
  notes: [
    "Makes a store, and a master key if there is none. Where there is a store already nothing is changed. With -p NAME the profile of that name is made, or completed, and pins the ids of the store and the key.",
    "--recovery makes a recovery key as well, prints it as an age identity file, once, and writes its public half into the profile: from then on every new data key is wrapped for it too, and `coffer recover` can replace a master key that is lost.",
  ],
  examples: [
    ["coffer init", "a store in your own data folder"],
    ["coffer init -k keychain:", "the same, with the key in your system's keychain"],
    ["coffer init -p team -s folder:/srv/team -k key-file:~/team.key", "a store, and a profile that names it"],
    ["coffer init -s folder:/srv/secrets -k key-file:/etc/coffer.key", "a store somewhere else"],
    [
      "(umask 077; coffer init -p team --recovery > /media/usb/recovery.txt)",
      "and a recovery key, on a medium of its own",
    ],
  ],
  json: ["store", "url", "key", "created", "recovery"],
  run: async (task) => {
    await initStore(task, (made) => reportStore(task, made));
    return 0;
  },
};
