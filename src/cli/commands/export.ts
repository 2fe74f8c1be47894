import { CofferError } from "../../errors.js";
import { READ_OPTIONS, SELECT_OPTIONS } from "../arguments/options.js";
import { resolveNamespace } from "../arguments/path.js";
import type { Command, Task } from "../command.js";
import { readReadInput } from "../input/read-input.js";
import { readSelected, readSelection } from "../input/select-input.js";
import { findFormat } from "../output/formats.js";
import { writeOutputFile } from "../output/output-file.js";
import { count, say } from "../output/render.js";
import { withStore } from "../session.js";

/** `coffer export NS/…` */
export const exportFile: Command = {
  arguments: [{ name: "NS/", help: "the namespaces; of two secrets of one name the later wins", repeats: true }],
  options: ["for", "output", "recursive", ...SELECT_OPTIONS, ...READ_OPTIONS],
  notes: [
    "A value or name that the format cannot carry is refused, by name. Where a program can be started with `coffer exec`, no file is needed.",
  ],
  examples: [
    ["coffer export prod/billing/", "prints it as dotenv"],
    ["coffer export prod/billing/ --for json --only DB_URL,TOKEN", "two of them, as JSON"],
    ["coffer export prod/billing/ -o .env", "writes a file that only you can read"],
  ],
  run: async (task) => {
    const format = findFormat(chooseFormat(task));
    const namespaces = task.arguments.map(resolveNamespace);
    const [selection, read] = [readSelection(task), await readReadInput(task)];
    const recursive = task.flags.has("recursive");
    const { entries } = await withStore(task, (session) =>
      readSelected(session, namespaces, { read, selection, recursive }),
    );
    const bytes = format.encode(entries).reveal();
    const file = task.flags.text("output");
    if (file === undefined || file === "-") {
      await task.world.stdout.write(bytes);
      return 0;
    }
    await writeOutputFile(file, bytes, task.world.signal);
    await say(task, `wrote ${count(entries.length, "secret")} to ${file}`);
    return 0;
  },
};

function chooseFormat({ flags }: Task): string {
  const format = flags.text("for");
  if (!flags.has("json")) return format ?? "dotenv";
  if (format === undefined || format === "json") return "json";
  throw new CofferError("USAGE", "--json is --for json, and --for says otherwise");
}
