import { joinPath } from "../../core/name.js";
import type { Sensitive } from "../../core/sensitive.js";
import { fillTemplate, type Piece, parseTemplate } from "../../env/template.js";
import { CofferError } from "../../errors.js";
import { readBytes, readFileBytes } from "../../settings/read-bytes.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import { READ_OPTIONS } from "../arguments/options.js";
import { resolvePath } from "../arguments/path.js";
import type { Command, Task } from "../command.js";
import { readOfMany, readReadInput } from "../input/read-input.js";
import { readPaths } from "../input/read-paths.js";
import { warnOfCommit } from "../output/git-warning.js";
import { writeOutputFile } from "../output/output-file.js";
import { say } from "../output/render.js";
import { withStore } from "../session.js";

const MAX_TEMPLATE_BYTES = 16_777_216;

/** `coffer render TEMPLATE` */
export const render: Command = {
  arguments: [{ name: "FILE", help: "the template; - is stdin" }],
  options: ["output", ...READ_OPTIONS],
  notes: [
    'In the template {{ coffer "prod/billing/DB_URL" }} stands for the value, byte for byte, and {{ coffer "prod/billing/DB_URL" | json }} for what a filter makes of it: json and yaml a quoted text, sh a word of a shell, base64, urlencode. {{ "{{" }} gives two braces. All else stays as it is, values are not looked into, and where anything is unknown or missing nothing is written.',
  ],
  examples: [
    ["coffer render app.conf.tmpl -o app.conf", "writes a file that only you can read"],
    ["coffer render - < app.conf.tmpl", "prints it"],
  ],
  exits: [
    [1, "the template is none; nothing is written"],
    [2, "a filter cannot take a value; nothing is written"],
    [3, "a secret is not there; nothing is written"],
  ],
  run: async (task) => {
    const [typed = "-"] = task.arguments;
    const { flags, world } = task;
    const read = readOfMany(await readReadInput(task));
    const pieces = parseTemplate(await readTemplate(task, typed), typed === "-" ? "stdin" : typed);
    const wanted = findPaths(task, pieces);
    const found =
      wanted.size === 0
        ? new Map()
        : await withStore(task, (session) => readPaths(session, [...wanted.values()], { read }));
    const findValue = (path: string): Sensitive => {
      const { namespace, name } = wanted.get(path) ?? { namespace: "", name: path };
      const secret = found.get(joinPath(namespace, name));
      if (secret === undefined) throw new CofferError("NOT_FOUND", `no secret named ${joinPath(namespace, name)}`);
      return secret.value;
    };
    const bytes = fillTemplate(pieces, findValue).reveal();
    const file = flags.text("output");
    if (file === undefined || file === "-") {
      await world.stdout.write(bytes);
      return 0;
    }
    await writeOutputFile(file, bytes, world.signal);
    await say(task, `wrote ${file}`);
    await warnOfCommit(task, file);
    return 0;
  },
};

async function readTemplate({ world }: Task, typed: string): Promise<Uint8Array> {
  if (typed !== "-") return readFileBytes(typed, MAX_TEMPLATE_BYTES, world.signal);
  if (world.stdin.kind !== "terminal") return readBytes(world.stdin.stream, "stdin", MAX_TEMPLATE_BYTES, world.signal);
  throw new CofferError("USAGE", "stdin is a terminal", { hint: "name a file, or pipe one in" });
}

/** The secrets that the template names, as it names them. */
function findPaths(task: Task, pieces: readonly Piece[]): ReadonlyMap<string, ReturnType<typeof resolvePath>> {
  const home = findDefaultNamespace(task) ?? "";
  return new Map(
    pieces.flatMap((piece) => (piece.kind === "value" ? [[piece.path, resolvePath(piece.path, home)] as const] : [])),
  );
}
