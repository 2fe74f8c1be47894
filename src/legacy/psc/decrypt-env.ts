import type { Desk } from "./desk.js";
import { exportLine } from "./quote-value.js";
import { findReferences } from "./references.js";

/** `psc decrypt-env`: an `export` for each variable that refers to a parameter which is there; the others are left as they are. */
export async function decryptEnv({ order, ssm, world, debug }: Desk): Promise<void> {
  const references = findReferences(world.env, order.option("pattern"));
  await debug(`found in the environment: ${references.map(({ parameter }) => parameter).join(", ") || "nothing"}`);
  if (references.length === 0) return ssm.assertRegion();
  const names = references.map(({ parameter }) => parameter);
  const found = await ssm.get(names, { decrypt: true }, world.signal);
  const values = new Map(found.map(({ name, value }) => [name, value]));
  const lines: string[] = [];
  for (const { variable, parameter } of references) {
    const value = values.get(parameter);
    if (value == null) await debug(`${parameter} is not there: ${variable} stays as it is`);
    else lines.push(exportLine(variable, Buffer.from(value.reveal()).toString("utf8")));
  }
  await world.stdout.write(lines.join(""));
}
