/**
 * How storage wants the ETag that a put insists on: `quoted` as RFC 9110 section 13.1.1 and AWS have it, or `bare`. Ceph's radosgw and what is built on it take it for another one
 * when it is quoted. What else was seen of radosgw 16.2.15, by all the suites:
 *
 * - a put over what is not there is refused with 412, where AWS says 404;
 * - of those who lose a race some are told 500, and nothing was done;
 * - an ETag that goes on after the end of the right one counts as the right one, of puts and of reads; no two of ours are so;
 * - in a bucket that keeps versions every put with an ETag is refused, so that no store can be made there;
 * - it keeps no SHA-256 of objects: whether a read is as it was written is seen by the vault alone.
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
