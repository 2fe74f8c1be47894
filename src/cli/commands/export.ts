import { encodeHex } from "../../core/bytes.js";
import { randomBytes } from "../../core/ciphers.js";
import { requireFormat } from "../../env/formats/table.js";
import { CofferError } from "../../errors.js";
import { readSelected } from "../../settings/environment/read-selected.js";
import { READ_OPTIONS, SELECT_OPTIONS } from "../arguments/options.js";
import { resolveNamespace } from "../arguments/path.js";
import type { Command, Task } from "../command.js";
import { readOfMany, readReadInput } from "../input/read-input.js";
import { readSelection } from "../input/select-input.js";
import { warnOfCommit } from "../output/git-warning.js";
import { appendToFile, writeOutputFile } from "../output/output-file.js";
import { count, say } from "../output/render.js";
import { withStore } from "../session.js";

/** `coffer export NS/…` */
export const exportFile: Command = {
  arguments: [{ name: "NS/", help: "the namespaces; of two secrets of one name the later wins", repeats: true }],
  options: ["for", "output", "recursive", ...SELECT_OPTIONS, ...READ_OPTIONS],
  notes: [
    "A value or name that the format cannot carry is refused, by name, and nothing is written. docs/EXPORTS.md lists the formats. Where a program can be started with `coffer exec`, no file is needed.",
  ],
  examples: [
    ["coffer export prod/billing/", "prints it as dotenv"],
    ["coffer export prod/billing/ --for json --only DB_URL,TOKEN", "two of them, as JSON"],
    ["coffer export prod/billing/ -o .env", "writes a file that only you can read"],
    ['eval "$(coffer export prod/billing/ --for sh)"', "into the shell you are in"],
    ["coffer export prod/billing/ --for k8s | kubectl apply -f -", "as a Secret of Kubernetes"],
    [
      "coffer export prod/billing/ --for github-actions",
      "in a step of a workflow: hides the values, and gives them to the steps that follow",
    ],
  ],
  exits: [
    [2, "the format cannot carry a name or value; nothing is written"],
    [3, "a name of --only is not there"],
  ],
  run: async (task) => {
    const row = requireFormat(chooseFormat(task));
    const namespaces = task.arguments.map(resolveNamespace);
    const [selection, read] = [readSelection(task), readOfMany(await readReadInput(task))];
    const recursive = task.flags.has("recursive");
    const { entries } = await withStore(task, (session) =>
      readSelected(session, { namespaces, recursive, read, selection }),
    );
    const format = await row.load();
    const about = { title: namespaces.at(-1) ?? "", nonce: encodeHex(randomBytes(16)) };
    // All is refused here that will be: nothing has been written yet.
    const [bytes, announced] = [format.encode(entries, about).reveal(), format.announce?.(entries).reveal()];
    if (announced !== undefined) await task.world.stdout.write(announced);
    await hand(task, bytes, { appendsTo: format.appendsTo, what: count(entries.length, "secret") });
    return 0;
  },
};

/** To the file that is named; else to the one that the consumer has named; else to stdout. */
async function hand(
  task: Task,
  bytes: Uint8Array,
  { appendsTo, what }: { appendsTo: string | undefined; what: string },
): Promise<void> {
  const { flags, world } = task;
  const file = flags.text("output");
  const named = appendsTo === undefined ? undefined : world.env[appendsTo];
  if (file === undefined && named) {
    await appendToFile(named, bytes);
    await say(task, `added ${what} to the file of ${appendsTo}`);
  } else if (file === undefined || file === "-") {
    await world.stdout.write(bytes);
  } else {
    await writeOutputFile(file, bytes, world.signal);
    await say(task, `wrote ${what} to ${file}`);
    await warnOfCommit(task, file);
  }
}

function chooseFormat({ flags }: Task): string {
  const format = flags.text("for");
  if (!flags.has("json")) return format ?? "dotenv";
  if (format === undefined || format === "json") return "json";
  throw new CofferError("USAGE", "--json is --for json, and --for says otherwise");
}
