/** One thing that `setup` makes or changes: told before, done in its turn. */
export interface Step {
  /** The resource, as people name it: `s3://bucket`, `alias/coffer`. */
  readonly resource: string;
  /** What is done to it: "make it", "keep versions of objects". */
  readonly what: string;
  /** Null: it is part of what `init` does in the end. */
  readonly act: (() => Promise<void>) | null;
}
