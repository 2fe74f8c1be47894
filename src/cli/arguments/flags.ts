import { CofferError } from "../../errors.js";
import type { OptionName } from "./options.js";

/** The flags of one command line, checked: known, with a value where one belongs, and twice only where that makes sense. */
export class Flags {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  /** A switch that is there has an empty list. */
  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  has(name: OptionName): boolean {
    return this.#values.has(name);
  }

  text(name: OptionName): string | undefined {
    return this.#values.get(name)?.[0];
  }

  all(name: OptionName): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** A whole number of at least `least`. Throws `USAGE`. */
  integer(name: OptionName, least: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(number) && number >= least) return number;
    throw new CofferError("USAGE", `--${name} takes a whole number from ${least} on`);
  }

  /** The names of all flags that are there. */
  names(): readonly string[] {
    return [...this.#values.keys()];
  }

  /** Throws `USAGE` where more than one of these is given. */
  assertAtMostOne(...names: readonly OptionName[]): void {
    const given = names.filter((name) => this.has(name));
    if (given.length < 2) return;
    throw new CofferError("USAGE", `${given.map((name) => `--${name}`).join(" and ")} exclude each other`);
  }
}
