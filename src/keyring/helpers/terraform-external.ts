import { decodeUtf8 } from "../../core/bytes.js";
import { CofferError } from "../../errors.js";
import type { RunHelper } from "./helper-desk.js";
import { parseObject, readInput } from "./read-input.js";

/**
 * `terraform-external`: the program of an `external` data source. Its query has `namespace`, and perhaps `only`, names with commas between; the answer is the
 * secrets as an object of texts. What terraform reads it writes into its state: docs/HELPERS.md says so.
 * https://registry.terraform.io/providers/hashicorp/external/latest/docs/data-sources/external
 */
export const terraformExternal: RunHelper = async (_args, { world, useStore }) => {
  const { namespace, only, ...others } = parseObject(await readInput(world));
  const unknown = Object.keys(others).length > 0;
  if (typeof namespace !== "string" || (only !== undefined && typeof only !== "string") || unknown) {
    throw new CofferError("USAGE", "the query takes namespace, and only: texts");
  }
  const names = only === undefined ? {} : { only: only.split(",") };
  const { secrets } = await useStore((store, call) =>
    store.readAll({ namespace: namespace.replace(/\/$/, "") }, { ...call(), ...names }),
  );
  const entries = secrets.map(({ name, value }) => {
    const text = decodeUtf8(value.reveal());
    if (text === null)
      throw new CofferError("INVALID", `${name} holds bytes that are no text, which JSON cannot carry`);
    return [name, text] as const;
  });
  await world.stdout.write(`${JSON.stringify(Object.fromEntries(entries))}\n`);
  return 0;
};
