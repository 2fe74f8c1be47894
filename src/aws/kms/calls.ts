type Pairs = Readonly<Record<string, string>>;

/** The four calls that a master key takes. All may be repeated, and are. They throw the SDK's errors, or the signal's reason. */
export interface Kms {
  /** The region that calls go to. */
  region(): Promise<string>;
  /** The ARN of the key that an id, an ARN or an alias names. */
  describe(key: string, signal?: AbortSignal): Promise<string | undefined>;
  generate(
    key: string,
    context: Pairs,
    signal?: AbortSignal,
  ): Promise<{ plaintext?: Uint8Array; ciphertext?: Uint8Array }>;
  encrypt(key: string, plaintext: Uint8Array, context: Pairs, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  decrypt(key: string, ciphertext: Uint8Array, context: Pairs, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** Begins to connect and to find credentials, so that the first call need not wait for either. */
  prepare(): void;
  close(): void;
}
