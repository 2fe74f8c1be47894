import { compareSecrets, type Difference, type Named } from "../../core/compare-secrets.js";
import { type Context, pickContext } from "../../core/context.js";
import { assertName, quote } from "../../core/name.js";
import type { Change, Secret } from "../../core/secret-store.js";
import type { EditText, LeftOut } from "../../env/edit-text.js";
import { CofferError } from "../../errors.js";
import type { WriteInput } from "../input/write-input.js";
import type { Session } from "../session.js";

/** A namespace as a person gets to see it. */
export interface EditState {
  /** The head's commit; null where nothing was ever written. */
  readonly head: string | null;
  readonly shown: readonly Secret[];
  /** What the text does not hold, and an edit therefore does not touch. */
  readonly leftOut: readonly LeftOut[];
}

/** Reads what can be edited: texts that the format carries, and that the given context opens. */
export async function readState(
  { store, call }: Session,
  namespace: string,
  { text, input }: { readonly text: EditText; readonly input: WriteInput },
): Promise<EditState> {
  const pool = input.context ?? {};
  const stage = input.stage === undefined ? {} : { stage: input.stage };
  const leftOut: LeftOut[] = [];
  const only: string[] = [];
  for await (const { name, context } of store.list({ namespace }, call())) {
    if (pickContext(pool, context) === null)
      leftOut.push({ name, why: `its context is not given (${context.join(", ")})` });
    else only.push(name);
  }
  const { secrets, heads } = await store.readAll({ namespace }, { ...call(), ...stage, only, context: pool });
  const shown = secrets.filter((secret) => {
    const why =
      secret.type === "binary" ? "it is bytes" : text.encode(secret) === null ? "this format cannot carry it" : null;
    if (why !== null) leftOut.push({ name: secret.name, why });
    return why === null;
  });
  return { head: heads[0]?.commit ?? null, shown, leftOut };
}

/** What a text changes of the state. Throws `USAGE` for names that are none, `INVALID` for those that were left out. */
export function findDifferences(state: EditState, wanted: readonly Named[]): Difference<Secret, Named>[] {
  for (const { name } of wanted) {
    assertName(name);
    if (state.leftOut.some((one) => one.name === name))
      throw new CofferError("INVALID", `${quote(name)} is not among what can be changed here`);
  }
  return compareSecrets<Secret, Named>(state.shown, wanted).filter(({ change }) => change !== "same");
}

/** The changes of the commit: what is beside a value stays. Throws `USAGE` for a deletion under a stage. */
export function toChanges(
  differences: readonly Difference<Secret, Named>[],
  { stage, context = {} }: WriteInput,
): Change[] {
  return differences.map(({ name, from, to }): Change => {
    if (to === null && stage !== undefined)
      throw new CofferError("USAGE", `a deletion cannot wait under a stage: ${quote(name)}`);
    if (to === null) return { op: "delete", name };
    return {
      op: "put",
      name,
      value: to.value,
      type: "text",
      ...detailsOf(from, context),
      ...(stage === undefined ? {} : { stage }),
    };
  });
}

function detailsOf(secret: Secret | null, pool: Context): Partial<Extract<Change, { op: "put" }>> {
  if (secret === null) return {};
  const { comment, expires, context } = secret;
  return {
    ...(comment === null ? {} : { comment }),
    ...(expires === null ? {} : { expires }),
    ...(context.length === 0 ? {} : { context: pickContext(pool, context) ?? {} }),
  };
}
