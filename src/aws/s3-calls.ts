/** An object as S3 answers it, before anything of it is believed. */
export interface S3Answer {
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets go of a body that is not read to its end. */
  readonly discard: () => void;
  /** As it stands in the header, with its quotes. */
  readonly etag: string | undefined;
  readonly length: number | undefined;
  /** Base64, where S3 has the object's SHA-256. */
  readonly sha256: string | undefined;
}

export interface S3Page {
  /** Percent-encoded. */
  readonly keys: readonly string[];
  /** Where the next page begins; undefined after the last. */
  readonly next: string | undefined;
  readonly truncated: boolean;
}

/** What a `put` asks for besides: headers as they are sent. */
export type S3Condition = { readonly ifNoneMatch: "*" } | { readonly ifMatch: string };

/** The four requests that an object store makes, each one sent once. They throw the SDK's errors. */
export interface S3 {
  /** True where requests go somewhere else than to AWS. */
  isForeign(): Promise<boolean>;
  get(key: string, options: { unless?: string | undefined; signal?: AbortSignal | undefined }): Promise<S3Answer>;
  put(
    key: string,
    bytes: Uint8Array,
    sha256: string,
    condition: S3Condition,
    signal?: AbortSignal,
  ): Promise<{ etag: string | undefined }>;
  list(prefix: string, from: string | undefined, signal?: AbortSignal): Promise<S3Page>;
  delete(key: string, signal?: AbortSignal): Promise<void>;
  close(): void;
}
