import { quote } from "../../core/name.js";
import type { EnvEntry } from "../../env/entry.js";
import { FORMATS, type FormatRow, requireFormat } from "../../env/formats/table.js";
import { CofferError } from "../../errors.js";
import { readBytes, readFileBytes } from "../../settings/read-bytes.js";
import type { Task } from "../command.js";

// 4,000 names of the longest kind, with room to spare for their values.
const MAX_FILE_BYTES = 67_108_864;

/** The variables of the file, or of stdin. Throws `USAGE` for a format that is none or cannot be read, `INVALID` for what is not in it. */
export async function readEntries({ flags, world }: Task, typed = "-"): Promise<EnvEntry[]> {
  const wanted = flags.text("from");
  const said = wanted === undefined ? null : assertReadable(requireFormat(wanted));
  if (typed === "-" && world.stdin.kind === "terminal") {
    throw new CofferError("USAGE", "no file is given, and stdin is a terminal", {
      hint: "name a file, or pipe one in",
    });
  }
  const isStdin = typed === "-";
  const bytes = isStdin
    ? await readBytes(world.stdin.stream, "stdin", MAX_FILE_BYTES, world.signal)
    : await readFileBytes(typed, MAX_FILE_BYTES, world.signal);
  const format = await (said ?? guessFormat(isStdin ? "" : typed, bytes)).load();
  return (await format.parse?.(bytes, isStdin ? "stdin" : typed)) ?? [];
}

function assertReadable(row: FormatRow): FormatRow {
  if (row.reads) return row;
  throw new CofferError("USAGE", `the format ${quote(row.name)} is written and not read`, {
    hint: `import reads ${FORMATS.filter(({ reads }) => reads)
      .map(({ name }) => name)
      .join(" ")}`,
  });
}

/** By the file's name, else by how it begins. */
function guessFormat(file: string, bytes: Uint8Array): FormatRow {
  const named = FORMATS.find(({ files }) => files?.test(file.toLowerCase()));
  if (named !== undefined) return named;
  const isObject = /^(\xef\xbb\xbf)?\s*\{/.test(Buffer.from(bytes.subarray(0, 1024)).toString("latin1"));
  return requireFormat(isObject ? "json" : "dotenv");
}
