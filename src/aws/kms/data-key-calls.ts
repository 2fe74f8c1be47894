/** Pairs that must be given again to open a data key: KMS calls them encryption context. */
export type KeyContext = Readonly<Record<string, string>>;

/** A data key as KMS gives it. */
export interface MadeKey {
  readonly plaintext: Uint8Array | undefined;
  readonly ciphertext: Uint8Array | undefined;
}

/** What older formats ask of KMS, each call sent once. They throw the SDK's errors. */
export interface DataKeyCalls {
  /** `length` in bytes. An empty context is sent as one. */
  generate(key: string, length: number, context: KeyContext, signal?: AbortSignal): Promise<MadeKey>;
  generateWithoutPlaintext(
    key: string,
    length: number,
    context: KeyContext,
    signal?: AbortSignal,
  ): Promise<Uint8Array | undefined>;
  /** Without naming a key: KMS finds it by the ciphertext, and says which it was. */
  decrypt(
    ciphertext: Uint8Array,
    context: KeyContext,
    signal?: AbortSignal,
  ): Promise<{ readonly plaintext: Uint8Array | undefined; readonly key: string | undefined }>;
  /** The ARN of the key. */
  describe(key: string, signal?: AbortSignal): Promise<string | undefined>;
  close(): void;
}
