import { decodeUtf8 } from "../../core/bytes.js";
import { joinPath } from "../../core/name.js";
import type { Secret } from "../../core/secret-store.js";
import type { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import { READ_OPTIONS } from "../arguments/options.js";
import { resolvePath } from "../arguments/path.js";
import type { Command, Task } from "../command.js";
import { readOne, readReadInput } from "../input/read-input.js";
import { renderJson, say } from "../output/render.js";
import { secretJson } from "../output/version-json.js";
import { withStore } from "../session.js";

const LF = 0x0a;

/** `coffer get PATH` */
export const get: Command = {
  arguments: [{ name: "PATH", help: "the secret: NAMESPACE/NAME, or NAME in the default namespace" }],
  options: ["no-newline", "output", "field", "force", ...READ_OPTIONS],
  notes: ["Prints the value byte for byte. Only on a terminal a line end is added, where the value has none."],
  examples: [
    ["coffer get prod/billing/DB_URL", "prints it"],
    ["coffer get prod/tls.key -o key.pem", "writes it to a file that only you can read"],
    ["coffer get prod/billing/DB_URL --version 1", "as it was at first"],
  ],
  exits: [
    [3, "there is no such secret, version or commit"],
    [5, "the context is another, or the key is"],
    [6, "it is not as it was written, or the store went back in time"],
  ],
  json: [
    "path",
    "namespace",
    "name",
    "version",
    "time",
    "author",
    "message",
    "commit",
    "stage",
    "deleted",
    "purged",
    "type",
    "comment",
    "expires",
    "context",
    "encoding",
    "value",
  ],
  run: async (task) => {
    const path = resolvePath(task.arguments[0] ?? "", findDefaultNamespace(task) ?? "");
    const input = await readReadInput(task);
    const secret = await withStore(task, async (session) => {
      const found = await readOne(path, { ...input, details: task.flags.has("json") }, session);
      if (found !== null) return found;
      throw notFound(joinPath(path.namespace, path.name), path.namespace);
    });
    await hand(task, secret);
    return 0;
  },
};

async function hand(task: Task, secret: Secret): Promise<void> {
  const { flags, world } = task;
  const field = flags.text("field");
  const value = field === undefined ? secret.value : await readField(secret.value, field);
  const file = flags.text("output");
  const bytes = flags.has("json") ? toJson(secret, value) : value.reveal();
  if (file !== undefined && file !== "-") {
    const { writeOutputFile } = await import("../output/output-file.js");
    await writeOutputFile(file, bytes, world.signal);
    await say(task, `wrote ${file}`);
    return;
  }
  if (flags.has("json") || !world.stdout.isTerminal) return world.stdout.write(bytes);
  if (secret.type === "binary" && !flags.has("force")) {
    throw new CofferError("USAGE", "the value is binary, and stdout is a terminal", {
      hint: "write it to a file with -o, or --force it",
    });
  }
  const addsLine = !flags.has("no-newline") && bytes.at(-1) !== LF;
  await world.stdout.write(addsLine ? Buffer.concat([bytes, Buffer.of(LF)]) : bytes);
}

async function readField(value: Sensitive, field: string): Promise<Sensitive> {
  return (await import("../../env/json-field.js")).readJsonField(value, field);
}

function toJson(secret: Secret, value: Sensitive): Uint8Array {
  const text = secret.type === "binary" ? null : decodeUtf8(value.reveal());
  const shown =
    text === null
      ? { encoding: "base64", value: Buffer.from(value.reveal()).toString("base64") }
      : { encoding: "utf8", value: text };
  return Buffer.from(renderJson({ ...secretJson(secret), ...shown }), "utf8");
}

function notFound(path: string, namespace: string): CofferError {
  const where = namespace === "" ? "" : ` ${namespace}/`;
  return new CofferError("NOT_FOUND", `no secret named ${path}`, {
    hint: `see what there is with \`coffer list${where}\``,
  });
}
