import type { Sensitive } from "../../core/sensitive.js";
import { isReference, parseReference } from "../../env/references.js";
import { fillTemplate, type Piece, parseTemplate } from "../../env/template.js";
import { CofferError } from "../../errors.js";
import { findStores, type Resolved, resolveReference } from "../../settings/environment/find-references.js";
import { readAllReferences } from "../../settings/environment/read-references.js";
import { useReferencedStores } from "../../settings/environment/referenced-stores.js";
import { readBytes, readFileBytes } from "../../settings/read-bytes.js";
import { READ_OPTIONS } from "../arguments/options.js";
import type { Command, Task } from "../command.js";
import { readOfMany, readReadInput } from "../input/read-input.js";
import { warnOfCommit } from "../output/git-warning.js";
import { writeOutputFile } from "../output/output-file.js";
import { say } from "../output/render.js";
import { hostOf } from "../session.js";

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
    const references = findReferred(task, pieces);
    const found = new Map<string, Sensitive>();
    if (references.length > 0) {
      const wanted = { own: references.some(({ store }) => store === null), urls: findStores(references) };
      const { entries } = await useReferencedStores(task, hostOf(task), wanted, (stores) =>
        readAllReferences(stores, references, { read }),
      );
      for (const { name, value } of entries) found.set(name, value);
    }
    const findValue = (path: string): Sensitive => {
      const value = found.get(path);
      if (value === undefined) throw new CofferError("NOT_FOUND", `no secret named ${path}`);
      return value;
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

/** What the template names, each once, under the text that stands there: a path, or a reference in full. */
function findReferred(task: Task, pieces: readonly Piece[]): Resolved[] {
  const texts = new Set(pieces.flatMap((piece) => (piece.kind === "value" ? [piece.path] : [])));
  return [...texts].map((text) => {
    const reference = isReference(text)
      ? { ...parseReference("the template", text), variable: text }
      : { variable: text, store: null, path: text, field: null, version: null };
    return resolveReference(task, reference);
  });
}
