import { sha256 } from "../../core/ciphers.js";
import type { S3Answer } from "./calls.js";

/** An answer that was cut or changed on its way. */
export class DamagedAnswer extends Error {}

/** An object with more bytes than may be. */
export class TooLarge extends Error {}

/** After so many damaged answers in a row it is no accident of the network. */
export const MAX_DAMAGED = 4;

/**
 * The bytes of an answer, whole: as many as its header says, and with the hash that S3 keeps of them. Throws `DamagedAnswer` where they are not, and
 * `TooLarge` for more than `most` of them.
 */
export async function readBody(answer: S3Answer, most: number): Promise<Uint8Array> {
  try {
    return await readWhole(answer, most);
  } catch (error) {
    answer.discard();
    // The SDK compares the hash as well.
    if (error instanceof Error && error.message.startsWith("Checksum mismatch")) throw otherHash();
    throw error;
  }
}

async function readWhole({ body, length, sha256: expected }: S3Answer, most: number): Promise<Uint8Array> {
  if (length === undefined) throw new DamagedAnswer("the answer does not say how long it is");
  if (length > most) throw new TooLarge();
  const bytes = Buffer.alloc(length);
  let end = 0;
  for await (const chunk of body) {
    if (end + chunk.byteLength > length) throw new DamagedAnswer("the answer is longer than it says");
    bytes.set(chunk, end);
    end += chunk.byteLength;
  }
  if (end !== length) throw new DamagedAnswer("the answer is shorter than it says");
  if (expected !== undefined && Buffer.from(sha256(bytes)).toString("base64") !== expected) throw otherHash();
  return bytes;
}

function otherHash(): DamagedAnswer {
  return new DamagedAnswer("the answer has another hash than S3 keeps");
}
