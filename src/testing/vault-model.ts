// The simplest thing that could be right, beside which a vault is put: lists of what was put.
import type { Change } from "../core/secret-store.js";
import { text } from "./vault-scene.js";

export const NAMES = ["A", "B", "__proto__"];
export const STAGES = ["next", "later"];

/** A name: the value of each version (null: its deletion) by its number, which one is current, which ones are staged, which were purged. */
export interface ModelName {
  readonly values: Map<number, string | null>;
  current: number | null;
  readonly staged: Map<string, number>;
  readonly purged: Set<number>;
}
/** A namespace: its names, and the highest number of any that was forgotten. */
export interface Model {
  readonly names: Map<string, ModelName>;
  floor: number;
}
/** One change. */
export type Step = {
  readonly op: Change["op"];
  readonly name: string;
  readonly value: string;
  readonly stage: string | null;
};

/** What is destroyed is destroyed at every time: `NAME NUMBER`. */
export type Destroyed = Set<string>;

/** A model that what is done to this one does not change. */
export const copy = ({ names, floor }: Model): Model => ({
  floor,
  names: new Map(
    [...names].map(([name, { values, current, staged, purged }]) => [
      name,
      { values: new Map(values), current, staged: new Map(staged), purged: new Set(purged) },
    ]),
  ),
});
/** The highest number that the name ever took. */
export const topOf = ({ values }: ModelName): number => Math.max(...values.keys());

function addVersion(model: Model, name: string, value: string | null): { item: ModelName; version: number } {
  const known = model.names.get(name);
  const item: ModelName = known ?? { values: new Map(), current: null, staged: new Map(), purged: new Set() };
  const version = (known === undefined ? model.floor : topOf(known)) + 1;
  item.values.set(version, value);
  model.names.set(name, item);
  return { item, version };
}

/** True where the step can be made; then the model is what it makes of it. */
export function apply(model: Model, { op, name, value, stage }: Step): boolean {
  if (op === "put") {
    const { item, version } = addVersion(model, name, value);
    if (stage === null) item.current = version;
    else item.staged.set(stage, version);
    return true;
  }
  const known = model.names.get(name);
  if (known === undefined) return false;
  if (op === "delete") {
    if (known.current === null || known.values.get(known.current) === null) return false;
    known.current = addVersion(model, name, null).version;
    known.staged.clear();
    return true;
  }
  const version = known.staged.get(stage ?? "next");
  if (version === undefined) return false;
  known.current = version;
  known.staged.delete(stage ?? "next");
  return true;
}

/** The step as a vault takes it. */
export function toChange({ op, name, value, stage }: Step): Change {
  if (op === "delete") return { op, name };
  if (op === "promote") return { op, name, stage: stage ?? "next" };
  return { op, name, value: text(value), ...(stage === null ? {} : { stage }) };
}

/** The names that have a value, in byte order. */
export function namesAt({ names }: Model): string[] {
  return [...names]
    .flatMap(([name, { values, current }]) => (current !== null && values.get(current) !== null ? [name] : []))
    .sort();
}

/** What can be read now, by name: version and value. */
export function currentOf({ names }: Model, destroyed: Destroyed): Map<string, [string, string]> {
  const live = new Map<string, [string, string]>();
  for (const [name, { values, current }] of names) {
    const value = current === null || destroyed.has(`${name} ${current}`) ? null : values.get(current);
    if (value !== null && value !== undefined) live.set(name, [String(current), value]);
  }
  return live;
}
