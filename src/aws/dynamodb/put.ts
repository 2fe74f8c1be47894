import { CofferError } from "../../errors.js";
import { describeFailure, isUnsettled } from "../failure.js";
import { type DynamoDb, type Item, parseItem } from "./calls.js";

type Fields = Readonly<Record<string, unknown>>;

/** Sends a request until it is answered, or nobody waits any more. */
type Repeat = (send: (dynamo: DynamoDb) => Promise<Fields>) => Promise<Fields>;

/**
 * Puts an item on the condition that there is none; `"lost"` where there is another. After an answer that was lost the next try asks for what stands in the way: that may be what the
 * first one put. Throws `OUTCOME_UNKNOWN` where it cannot be found out, and what `repeat` throws.
 */
export async function putSettled(
  item: Item,
  input: Fields,
  table: string,
  signal: AbortSignal | undefined,
  repeat: Repeat,
): Promise<"done" | "lost"> {
  const again = { ...input, ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
  let isOpen = false;
  let outcome: "done" | "lost" = "done";
  try {
    await repeat(async (dynamo) => {
      try {
        return await dynamo.send("PutItem", isOpen ? again : input, signal);
      } catch (error) {
        const failure = describeFailure(error);
        if (failure.code === "ConditionalCheckFailedException") {
          outcome = isOpen && isSameItem(parseItem(Object(error).Item), item) ? "done" : "lost";
          return {};
        }
        if (isUnsettled(failure) || signal?.aborted === true) isOpen = true;
        throw error;
      }
    });
  } catch (error) {
    throw isOpen ? unknownOutcome(table, error) : error;
  }
  return outcome;
}

function isSameItem(a: Item, b: Item): boolean {
  const spell = (value: string | Uint8Array | null | undefined): string =>
    typeof value === "string" ? `S${value}` : `B${Buffer.from(value ?? []).toString("base64")}`;
  return a.size === b.size && [...a].every(([name, value]) => b.has(name) && spell(value) === spell(b.get(name)));
}

function unknownOutcome(name: string, cause: unknown): CofferError {
  return new CofferError("OUTCOME_UNKNOWN", `no answer came, and what was to be put may be in the table ${name}`, {
    hint: "look whether it is there before you do it again",
    cause,
  });
}
