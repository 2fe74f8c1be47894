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
  /** What was stored beside it, by names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  /** When it was written, to the second. */
  readonly lastModified: Date | undefined;
}

/** An object as a list has it. */
export interface S3Listed {
  /** Percent-encoded. */
  readonly key: string;
  /** To the second, or finer where it is not S3. */
  readonly lastModified: Date;
  /** With its quotes. */
  readonly etag: string;
  /** In bytes. */
  readonly size: number;
}

export interface S3Page {
  readonly objects: readonly S3Listed[];
  /** What keys have in common up to a delimiter, where one was given; percent-encoded. */
  readonly prefixes: readonly string[];
  /** Where the next page begins; undefined after the last. */
  readonly next: string | undefined;
  readonly truncated: boolean;
}

/** A version of an object that S3 keeps. */
export interface S3Version {
  /** Percent-encoded. */
  readonly key: string;
  readonly id: string;
  readonly isLatest: boolean;
  /** True for what stands in the place of an object that was removed. */
  readonly isMarker: boolean;
}

/** Where a page of versions begins. */
export interface S3VersionPlace {
  readonly key: string | undefined;
  readonly id: string | undefined;
}

export interface S3VersionPage {
  readonly versions: readonly S3Version[];
  /** Undefined after the last page. */
  readonly next: S3VersionPlace | undefined;
}

/** What a `put` asks for besides: headers as they are sent. */
export type S3Condition = { readonly ifNoneMatch: "*" } | { readonly ifMatch: string };

/** How an object is put: under a condition or none, and what is stored beside its bytes. */
export interface S3Put {
  readonly ifNoneMatch?: "*";
  readonly ifMatch?: string;
  /** `application/octet-stream`, where it is not said. */
  readonly contentType?: string;
  /** Names in lower case. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly acl?: "private";
  /** The key of KMS that S3 encrypts it with; without one the bucket's rule counts. */
  readonly kmsKey?: string;
}

/** The requests that an object store makes, each one sent once. They throw the SDK's errors. */
export interface S3 {
  /** True where requests go somewhere else than to AWS. */
  isForeign(): Promise<boolean>;
  get(key: string, options: { unless?: string | undefined; signal?: AbortSignal | undefined }): Promise<S3Answer>;
  put(
    key: string,
    bytes: Uint8Array,
    sha256: string,
    asked: S3Put,
    signal?: AbortSignal,
  ): Promise<{ etag: string | undefined }>;
  list(prefix: string, from: string | undefined, signal?: AbortSignal, delimiter?: string): Promise<S3Page>;
  delete(key: string, signal?: AbortSignal): Promise<void>;
  listVersions(prefix: string, from: S3VersionPlace | undefined, signal?: AbortSignal): Promise<S3VersionPage>;
  deleteVersion(key: string, id: string, signal?: AbortSignal): Promise<void>;
  close(): void;
}
