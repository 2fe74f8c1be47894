/** What a key of a Python 2 dict is: bytes (UTF-8), or code points. For ASCII both have one hash. */
export type KeyKind = "str" | "unicode";

const FACTOR = 1_000_003n;
const WORD = 64;
const ERROR = (1n << 64n) - 1n;

/**
 * The hash of a string in CPython 2.7 on 64 bits with randomisation off, as an unsigned number; of unicode over code points, as builds on Linux do it.
 * https://github.com/python/cpython/blob/v2.7.18/Objects/stringobject.c (string_hash)
 */
export function hashPython2(text: string, kind: KeyKind): bigint {
  const units = kind === "str" ? [...new TextEncoder().encode(text)] : Array.from(text, codePoint);
  const [first] = units;
  if (first === undefined) return 0n;
  let hash = BigInt(first) << 7n;
  for (const unit of units) hash = BigInt.asUintN(WORD, (FACTOR * hash) ^ BigInt(unit));
  hash ^= BigInt(units.length);
  // -1 means an error in C, so no object has it.
  return hash === ERROR ? ERROR - 1n : hash;
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}
