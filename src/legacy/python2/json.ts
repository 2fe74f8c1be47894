import type { Python2Dict } from "./dict.js";

/** What Python 2's json module makes of a document: whole numbers stay whole and exact, objects keep the order of a dict. */
export type Python2Json = null | boolean | string | bigint | number | readonly Python2Json[] | Python2Dict<Python2Json>;

/** What can be written: objects also in an order of our own. */
export type WritableJson =
  | Exclude<Python2Json, readonly Python2Json[]>
  | readonly WritableJson[]
  | Python2Dict<WritableJson>
  | ReadonlyMap<string, WritableJson>;
