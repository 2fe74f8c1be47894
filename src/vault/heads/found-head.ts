import type { HeadDocument } from "../../core/documents/head.js";
import type { Sensitive } from "../../core/sensitive.js";
import type { Owner } from "../key-ring.js";
import type { RememberedHead } from "./contract.js";

/** A head as it was read, not yet proven. */
export interface FoundHead {
  readonly owner: Owner;
  readonly etag: string;
  readonly document: HeadDocument;
  readonly remembered: RememberedHead | null;
}

/** A head that the epoch key vouches for. */
export interface VerifiedHead extends FoundHead {
  readonly key: Sensitive;
}

/** The namespace as a person reads it. */
export function shownNamespace(namespace: string): string {
  return `${namespace}/`;
}
