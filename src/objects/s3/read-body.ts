import type { S3Answer } from "../../aws/s3-client.js";
import { sha256 } from "../../core/ciphers.js";
import { MAX_COMMIT_BYTES } from "../../core/documents/fields.js";
import { CofferError } from "../../errors.js";

/** An answer that was cut or changed on its way. */
export class DamagedAnswer extends Error {}

/**
 * The bytes of an answer, whole: as many as its header says, and with the hash that S3 keeps of them. Throws `DamagedAnswer` where they are not, `INTEGRITY` for more
 * than any object of ours has.
 */
export async function readBody(answer: S3Answer, place: string): Promise<Uint8Array> {
  try {
    return await readWhole(answer, place);
  } catch (error) {
    answer.discard();
    // The SDK compares the hash as well.
    if (error instanceof Error && error.message.startsWith("Checksum mismatch")) throw otherHash();
    throw error;
  }
}

async function readWhole({ body, length, sha256: expected }: S3Answer, place: string): Promise<Uint8Array> {
  if (length === undefined) throw new DamagedAnswer("the answer does not say how long it is");
  if (length > MAX_COMMIT_BYTES) throw tooLarge(place);
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

function tooLarge(place: string): CofferError {
  return new CofferError("INTEGRITY", `${place} is larger than any object of Coffer's`, {
    hint: "somebody put it there: restore what was there from an earlier version or a backup",
  });
}
