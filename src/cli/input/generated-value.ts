import { generatePrivateKey, randomBytes } from "../../core/ciphers.js";
import { ALPHANUMERIC, type RandomText, randomCharacters, randomUuid, randomWords } from "../../core/random-text.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import type { Flags } from "../arguments/flags.js";
import type { OptionName } from "../arguments/options.js";

/** What was made, and what it is in words that say nothing of it. */
export interface Generated {
  readonly value: Sensitive;
  readonly what: string;
}

const KINDS = ["words", "uuid", "hex", "base64", "rsa", "ed25519"] as const satisfies readonly OptionName[];
const MOST = 4096;
const RSA = { least: 2048, most: 8192 };

/** Throws `USAGE` before anything is made. */
export function planValue(flags: Flags): () => Promise<Generated> {
  flags.assertAtMostOne(...KINDS);
  for (const kind of KINDS) flags.assertAtMostOne(kind, "length");
  for (const kind of KINDS) flags.assertAtMostOne(kind, "alphabet");
  const kind = KINDS.find((name) => flags.has(name));
  switch (kind) {
    case "words": {
      const count = readCount(flags, kind);
      return random(() => randomWords(count, randomBytes));
    }
    case "uuid":
      return random(() => randomUuid(randomBytes));
    case "hex":
    case "base64": {
      const count = readCount(flags, kind);
      return random(() => ({ text: Buffer.from(randomBytes(count)).toString(kind), bits: 8 * count }));
    }
    case "rsa": {
      const bits = readRsaBits(flags);
      return key({ rsa: bits }, `an RSA key of ${bits} bits`);
    }
    case "ed25519":
      return key("ed25519", "an Ed25519 key");
    default: {
      const [alphabet, length] = [readAlphabet(flags), readCount(flags, "length")];
      return random(() => randomCharacters(alphabet, length, randomBytes));
    }
  }
}

function random(make: () => RandomText): () => Promise<Generated> {
  return async () => {
    const { text, bits } = make();
    return { value: Sensitive.fromText(text), what: `${bits} random bits` };
  };
}

function key(kind: Parameters<typeof generatePrivateKey>[0], what: string): () => Promise<Generated> {
  return async () => ({ value: Sensitive.from(await generatePrivateKey(kind)), what });
}

function readCount(flags: Flags, name: "length" | "words" | "hex" | "base64"): number {
  const count = flags.integer(name, 1) ?? 32;
  if (count > MOST) throw new CofferError("USAGE", `--${name} is at most ${MOST}`);
  return count;
}

function readRsaBits(flags: Flags): number {
  const bits = flags.integer("rsa", 1) ?? 0;
  if (bits >= RSA.least && bits <= RSA.most && bits % 8 === 0) return bits;
  throw new CofferError("USAGE", `--rsa takes ${RSA.least} to ${RSA.most} bits`, { hint: "3072 is a good choice" });
}

/** By characters as people see them in a file: code points, each once, and none that a line or a terminal takes for something else. */
function readAlphabet(flags: Flags): readonly string[] {
  const characters = [...(flags.text("alphabet") ?? ALPHANUMERIC)];
  if (new Set(characters).size < characters.length)
    throw new CofferError("USAGE", "--alphabet has a character twice, which would come more often");
  if (characters.length < 2) throw new CofferError("USAGE", "--alphabet needs at least two characters");
  return characters;
}
