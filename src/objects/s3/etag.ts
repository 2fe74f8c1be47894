/**
 * How storage wants the ETag that a put insists on: `quoted` as RFC 9110 section 13.1.1 and AWS have it, or `bare`. Ceph's radosgw (seen with 16.2.15)
 * and what is built on it take it for another one when it is quoted.
 */
export type Quoting = "quoted" | "bare";

/** The ETag of a header, without its quotes; null where there is none, or what cannot be one. */
export function parseETag(header: string | undefined): string | null {
  const etag = header?.replace(/^"(.*)"$/, "$1") ?? "";
  return isETag(etag) ? etag : null;
}

/** True for what an object can have. A bare `*` would be every object's. */
export function isETag(etag: string): boolean {
  return /^[\x21\x23-\x7e]{1,256}$/.test(etag) && etag !== "*";
}

export function writeETag(etag: string, quoting: Quoting): string {
  return quoting === "quoted" ? `"${etag}"` : etag;
}
