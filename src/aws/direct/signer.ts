import { SignatureV4 } from "@smithy/signature-v4";
import { encodeUtf8 } from "../../core/bytes.js";
import { hmacSha256, sha256 } from "../../core/ciphers.js";
import type { Credentials } from "../credentials.js";

/** A request as it will be sent. */
export interface Unsigned {
  readonly method: string;
  readonly url: URL;
  /** Encoded, as in the request line. */
  readonly path: string;
  /** Not encoded yet. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** Gives the headers of a request with its signature: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
export type Sign = (request: Unsigned) => Promise<Record<string, string>>;

/** The SDK's own signer, for one service in one region. */
export function openSigner(service: string, region: string, credentials: Credentials): Sign {
  // S3 alone takes paths as they are sent.
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, uriEscapePath: service !== "s3" });
  return async ({ method, url, path, query = {}, headers, body }) => {
    const { protocol, hostname, host } = url;
    const request = { method, protocol, hostname, path, query: { ...query }, headers: { host, ...headers }, body };
    return (await signer.sign(request)).headers;
  };
}

/** Percent-encoded as signatures want it: all but what RFC 3986 section 2.3 calls unreserved. */
export function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

type Data = string | ArrayBuffer | ArrayBufferView;

/** SHA-256, or with a key HMAC-SHA-256, as the signer takes it. */
class Sha256 {
  readonly #key: Uint8Array | undefined;
  readonly #parts: Uint8Array[] = [];

  constructor(key?: Data) {
    this.#key = key === undefined ? undefined : bytesOf(key);
  }

  update(data: Uint8Array): void {
    this.#parts.push(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#key === undefined ? sha256(...this.#parts) : hmacSha256(this.#key, ...this.#parts));
  }

  reset(): void {
    this.#parts.length = 0;
  }
}

function bytesOf(data: Data): Uint8Array {
  if (typeof data === "string") return encodeUtf8(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
