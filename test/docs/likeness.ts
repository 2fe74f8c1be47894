/**
 * What may differ from run to run, and how. A time is like any other time. An id is like any other of its form, but each id of a page stands
 * for one real id and for no other. Blanks inside a line may be more or fewer where two stand: columns are as wide as what is in them.
 */

// A submission's id has another letter and fewer digits.
const COMMIT = /(?:c[0-9a-f]{12}(?:[0-9a-f]{52})?|s[0-9a-f]{12}(?:[0-9a-f]{20})?)(?![0-9a-f])/;
const RANDOM = /(?:k[A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])/;
const TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{3})?Z/;
const TOKEN = new RegExp(`(?<![A-Za-z0-9_-])(?:${COMMIT.source}|${TIME.source}|${RANDOM.source})`, "g");
// How much of a commit's id is shown to people; longer ones are told apart by it as well.
const SHORT = 13;

/** The ids of one page, and those that they stand for. */
export class Likeness {
  readonly #real = new Map<string, string>();
  readonly #shown = new Map<string, string>();

  /** Null where the two are alike; else the real text as the page would have it. */
  compare(shown: string, real: string): string | null {
    const [expected, actual] = [tokens(shown), tokens(real)];
    const isAlike =
      sameText(shown, real) &&
      expected.length === actual.length &&
      expected.every((token, index) => this.#bind(token, actual[index] ?? ""));
    return isAlike ? null : this.toShown(real);
  }

  /** The command as it is typed here: ids that were shown before, or 8 digits of a commit's and more, become the real ones. */
  toReal(command: string): string {
    return command
      .replace(TOKEN, (token) => this.#find(this.#real, token))
      .replace(/(?<![\w-])c?[0-9a-f]{8,12}(?![\w-])/g, (prefix) => this.#findCommit(prefix));
  }

  toShown(text: string): string {
    return text.replace(TOKEN, (token) => this.#find(this.#shown, token));
  }

  #bind(shown: string, real: string): boolean {
    if (isTime(shown) || isTime(real)) return isTime(shown) && shown.length === real.length;
    if (isCommit(shown) !== isCommit(real) || shown.length !== real.length) return false;
    const [short, realShort] = [shorten(shown), shorten(real)];
    const [known, knownAs] = [this.#real.get(short), this.#shown.get(realShort)];
    if (known === undefined && knownAs === undefined) return this.#remember(shown, real);
    if (known === undefined || knownAs === undefined) return false;
    // Known by its short form so far, perhaps; from here on by the long one too.
    if (real.length > known.length) return known === realShort && this.#remember(shown, real);
    return known.startsWith(real) && knownAs.startsWith(shown);
  }

  #remember(shown: string, real: string): true {
    this.#real.set(shorten(shown), real).set(shown, real);
    this.#shown.set(shorten(real), shown).set(real, shown);
    return true;
  }

  #find(names: ReadonlyMap<string, string>, token: string): string {
    const found = names.get(token) ?? names.get(shorten(token));
    return found === undefined ? token : found.slice(0, token.length);
  }

  #findCommit(prefix: string): string {
    // Eight digits may begin with a c, too.
    const wanted = /^c[0-9a-f]{8}/.test(prefix) ? prefix : `c${prefix}`;
    const found = [...this.#real].find(([shown]) => isCommit(shown) && shown.startsWith(wanted))?.[1];
    return found === undefined ? prefix : found.slice(wanted.length - prefix.length, wanted.length);
  }
}

/** True for two texts that only differ in ids and times, and in how wide columns are. */
function sameText(one: string, other: string): boolean {
  const bare = (text: string): string =>
    text
      .replace(TOKEN, (token) => (isTime(token) ? "TIME" : isRandom(token) ? `ID${token.length}` : token))
      .replace(/(?<=\S) {2,}/g, "  ");
  return bare(one) === bare(other);
}

function tokens(text: string): string[] {
  return [...text.matchAll(TOKEN)].map(([token]) => token).filter((token) => isTime(token) || isRandom(token));
}

function isTime(token: string): boolean {
  return new RegExp(`^${TIME.source}$`).test(token);
}

function isCommit(token: string): boolean {
  return new RegExp(`^${COMMIT.source}$`).test(token);
}

/** A word that happens to be as long as an id is none: in 22 random characters both cases occur. */
function isRandom(token: string): boolean {
  return isCommit(token) || (/[a-z]/.test(token) && /[A-Z]/.test(token));
}

function shorten(token: string): string {
  return isCommit(token) ? token.slice(0, SHORT) : token;
}
