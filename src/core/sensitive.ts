import { inspect } from "node:util";

const REDACTED = "[sensitive]";

/**
 * Bytes that must not be seen by accident: a value, a data key, a passphrase. Printing, logging, inspecting,
 * interpolating or serialising it gives `[sensitive]`; only `reveal` gives the bytes.
 */
export class Sensitive {
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Takes the bytes over without copying them: the caller must not change them afterwards. */
  static from(bytes: Uint8Array): Sensitive {
    return new Sensitive(bytes);
  }

  /** The UTF-8 bytes of a text. */
  static fromText(text: string): Sensitive {
    return new Sensitive(Buffer.from(text, "utf8"));
  }

  /** The length in bytes, which is no secret to who holds the object. */
  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  /** The bytes themselves. Call it at the last moment, where they leave the program or enter a cipher. */
  reveal(): Uint8Array {
    return this.#bytes;
  }

  /** `[sensitive]`. */
  toString(): string {
    return REDACTED;
  }

  /** `[sensitive]`. */
  toJSON(): string {
    return REDACTED;
  }

  /** `[sensitive]`, also for `console.log`. */
  [inspect.custom](): string {
    return REDACTED;
  }
}
