import type { Sensitive } from "../../core/sensitive.js";
import type { EnvEntry } from "../entry.js";

/** What a writer may need beside the entries. */
export interface About {
  /** What the document is of, where the format wants a name for it: `prod/billing`, or `""` for the root. */
  readonly title: string;
  /** Unguessable text of letters and digits, new for each document. */
  readonly nonce: string;
}

/** How variables are written as, and perhaps read from, one kind of text. */
export interface Format {
  /**
   * The whole document, entries in the order in which they come. Throws `UNSUPPORTED` naming the first entry that the format's reader would
   * not get back exactly, and saying why without its value; `USAGE` for two entries of one name.
   */
  readonly encode: (entries: readonly EnvEntry[], about: About) => Sensitive;
  /** The entries in the order of the document. Throws `INVALID` as `FILE:LINE:COLUMN: what`, or `FILE:LINE: what`, without any value. */
  readonly parse?: (bytes: Uint8Array, file: string) => EnvEntry[] | Promise<EnvEntry[]>;
  /** What has to be said on stdout before anything is written, so that values which pass by there later are hidden. */
  readonly announce?: (entries: readonly EnvEntry[]) => Sensitive;
  /** The environment variable with the file that the text is meant to be appended to. */
  readonly appendsTo?: string;
}
