import type { DataKeys, KeyContext } from "../../aws/kms/data-keys.js";
import { openPace } from "../../aws/pace.js";
import { decodeUtf8 } from "../../core/bytes.js";
import { quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import type { StoredItem } from "./format.js";
import type { Form, Pair } from "./forms.js";
import { AT_ONCE, openVersion } from "./table.js";

/** What could be read, in order, and a line for each that could not. */
export interface ReadSeveral {
  readonly pairs: readonly Pair[];
  readonly failures: readonly string[];
}

/** Opens items, 64 at a time; null: the name has no such version. What fails for one of them says nothing of the others. */
export async function readSeveral(
  keys: DataKeys,
  items: Iterable<readonly [name: string, item: StoredItem | null]>,
  { context, form, signal }: { readonly context: KeyContext; readonly form: Form; readonly signal: AbortSignal },
): Promise<ReadSeveral> {
  const pace = openPace(AT_ONCE);
  const readOne = async (name: string, item: StoredItem | null): Promise<Pair | string> => {
    try {
      if (item === null) throw new CofferError("NOT_FOUND", "it has no such version");
      const text = decodeUtf8((await openVersion(keys, item, context, signal)).reveal());
      if (text === null) throw notText(name);
      const refusal = form.refuse([name, text]);
      if (refusal !== null) throw refusal;
      return [name, text];
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof CofferError)) throw error;
      return `coffer: error: ${quote(name)} is left out: ${error.message}\n`;
    }
  };
  const read = await Promise.all([...items].map(([name, item]) => pace(() => readOne(name, item))));
  return {
    pairs: read.filter((each) => typeof each !== "string"),
    failures: read.filter((each) => typeof each === "string"),
  };
}

function notText(name: string): CofferError {
  return new CofferError("FAILED", `${quote(name)} is not UTF-8, which no format can carry (get -n prints its bytes)`);
}
