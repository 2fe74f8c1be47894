import type { VerifiedHead } from "./found-head.js";

/** The head that was proven last. Who computes from it and says so need not have it read again: the put insists on its ETag. */
export class LatestHead {
  #namespace: string | undefined;
  #head: VerifiedHead | null = null;

  /** Null: there was none. */
  keep(namespace: string, head: VerifiedHead | null): void {
    this.#namespace = namespace;
    this.#head = head;
  }

  forget(): void {
    this.#namespace = undefined;
    this.#head = null;
  }

  /** The head of that namespace whose commit is this one; null where there was to be none, and was none. Undefined: another one was read since, or nobody has said which. */
  find(namespace: string, commit: string | null | undefined): VerifiedHead | null | undefined {
    if (commit === undefined || namespace !== this.#namespace) return undefined;
    return (this.#head?.document.header.commit ?? null) === commit ? this.#head : undefined;
  }
}
