import { CofferError } from "../../errors.js";
import { isForeign } from "../../open/foreign-stores.js";
import { findStoreUrl } from "../../settings/settings.js";
import { parseDuration } from "../arguments/time-input.js";
import type { Command, Task } from "../command.js";
import { type Check, runCheck } from "../doctor/check.js";
import { openPatient } from "../doctor/patient.js";
import { CHECKS } from "../doctor/table.js";
import { printable, renderJson } from "../output/render.js";

/** `coffer doctor` */
export const doctor: Command = {
  arguments: [],
  options: ["rotation"],
  notes: [
    "Looks at the store, its key and the settings, and changes nothing: each thing is ok, wrong, or unknown where it cannot be looked at, for instance for want of a right. What to do stands below it. On S3 and KMS it also looks at the bucket's settings, the key's state and the clock.",
    "To see whether you may write, it writes an object below probe/ and removes it; with a key of KMS it has a data key made that nobody keeps.",
  ],
  examples: [
    ["coffer doctor", "is everything in order?"],
    ["coffer doctor --rotation 90d", "data keys that are older are wrong"],
  ],
  exits: [[1, "something is wrong; what is only unknown does not count"]],
  json: ["ok", "checks"],
  run: async (task) => {
    const rotation = readRotation(task.flags.text("rotation"));
    const url = findStoreUrl(task);
    const checks = isForeign(url) ? await lookAtForeign(task, url) : await lookAtVault(task, rotation);
    const ok = checks.every(({ status }) => status !== "wrong");
    await task.world.stdout.write(task.flags.has("json") ? renderJson({ ok, checks }) : renderChecks(checks));
    return ok ? 0 : 1;
  },
};

async function lookAtVault(task: Task, rotation: number | null): Promise<Check[]> {
  const patient = openPatient(task, rotation);
  try {
    const rows = CHECKS.filter(({ applies }) => applies?.(patient) ?? true);
    return await Promise.all(rows.map((row) => runCheck(row, patient)));
  } finally {
    await patient.close();
  }
}

async function lookAtForeign(task: Task, url: string): Promise<Check[]> {
  const { checkForeignStore } = await import("../doctor/foreign-checks.js");
  return checkForeignStore(task, url);
}

function readRotation(text: string | undefined): number | null {
  if (text === undefined) return null;
  const age = parseDuration(text);
  if (age !== null) return age;
  throw new CofferError("USAGE", "--rotation is no duration", { hint: "it is written 90d, 12h or 1d12h" });
}

/** A line for each, and below it what to do. */
function renderChecks(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ id }) => id.length));
  const indent = " ".repeat("unknown  ".length + width + 2);
  return checks
    .map(({ id, status, message, hint }) => {
      const line = `${status.padEnd(7)}  ${id.padEnd(width)}  ${printable(message)}\n`;
      return hint === null ? line : `${line}${indent}${printable(hint)}\n`;
    })
    .join("");
}
